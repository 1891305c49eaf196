import { useQuery } from '@tanstack/react-query';
import type { SlideId } from '../../../shared/ids.ts';
import type { Calibration, Mpp, SlideDetail } from '../../../shared/slide/slide.ts';
import { callOptions } from '../../api/query.ts';

/** A directory arrives within a second or two: the first look should not wait for the next question. */
const FIRST_LOOK_MS = 700;
const POLL_MS = 2000;
const COVERAGE_MS = 1500;

function isUnderWay(slide: SlideDetail | undefined): boolean {
  const kind = slide?.status.kind;
  return kind === 'arriving' || kind === 'stored' || kind === 'building';
}

function pauseFor(slide: SlideDetail | undefined): number | false {
  if (!isUnderWay(slide)) return false;
  return slide?.properties === null ? FIRST_LOOK_MS : POLL_MS;
}

/** Which chunks of an arriving slide are there. */
export function useCoverage(slide: SlideDetail) {
  const isArriving = slide.status.kind === 'arriving';
  return useQuery({
    ...callOptions('slide.coverage', { params: { slideId: slide.id } }),
    enabled: isArriving,
    refetchInterval: isArriving ? COVERAGE_MS : false,
  });
}

/** One slide, asked again while it is still arriving or being built. */
export function useSlide(slideId: SlideId) {
  return useQuery({
    ...callOptions('slide.get', { params: { slideId } }),
    refetchInterval: (query) => pauseFor(query.state.data),
  });
}

/** The mpp in force, or null: then nothing is said in micrometres. */
export function mppInForce(calibration: Calibration): Mpp | null {
  return calibration.source === 'none' ? null : calibration.mpp;
}
