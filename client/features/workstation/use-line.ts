import { useEffect, useState } from 'react';
import { pageLine } from '../../api/line-meter.ts';
import type { MeasuredLine } from '../../viewer/request-plan.ts';
import { useWorkstationContext } from './workstation-context.ts';

export interface LineReport extends MeasuredLine {
  /** Tiles that the reader would see and that have not come. */
  readonly toCome: number;
  readonly isSlow: boolean;
}

const LOOK_EVERY_MS = 1000;
/** From here on a reader notices the line. */
const SLOW_ROUND_TRIP_MS = 80;
const SLOW_BYTES_PER_MS = 1250;
/** A line that is slow by turns is a slow line: what is said about it does not come and go. */
const SLOW_FOR_MS = 15_000;

function isSlowNow({ roundTripMs, bytesPerMs }: MeasuredLine): boolean {
  const isFar = (roundTripMs ?? 0) >= SLOW_ROUND_TRIP_MS;
  return isFar || (bytesPerMs ?? Number.POSITIVE_INFINITY) <= SLOW_BYTES_PER_MS;
}

/** The line as it was measured, looked at once a second: calm enough to be read. */
export function useLine(): LineReport {
  const { downloads } = useWorkstationContext();
  const [report, setReport] = useState<LineReport>(() => ({
    ...pageLine.measure(),
    toCome: 0,
    isSlow: false,
  }));
  useEffect(() => {
    let slowUntilMs = Number.NEGATIVE_INFINITY;
    const look = () => {
      const measure = pageLine.measure();
      const nowMs = performance.now();
      if (isSlowNow(measure)) slowUntilMs = nowMs + SLOW_FOR_MS;
      const next = { ...measure, toCome: downloads.seenWaiting, isSlow: nowMs < slowUntilMs };
      setReport((now) => (isSame(now, next) ? now : next));
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [downloads]);
  return report;
}

function isSame(a: LineReport, b: LineReport): boolean {
  return (
    a.roundTripMs === b.roundTripMs &&
    a.bytesPerMs === b.bytesPerMs &&
    a.toCome === b.toCome &&
    a.isSlow === b.isSlow
  );
}
