import { useQuery } from '@tanstack/react-query';
import type { SlideId } from '../../../shared/ids.ts';
import type { Calibration, Mpp, SlideDetail } from '../../../shared/slide/slide.ts';
import { callOptions } from '../../api/query.ts';

/** Should nobody say that it can be looked at (see use-arrival.ts). */
const FIRST_LOOK_MS = 1000;
const POLL_MS = 2000;

function isUnderWay(slide: SlideDetail | undefined): boolean {
  const kind = slide?.status.kind;
  return kind === 'arriving' || kind === 'stored' || kind === 'building';
}

function pauseFor(slide: SlideDetail | undefined): number | false {
  if (!isUnderWay(slide)) return false;
  return slide?.properties === null ? FIRST_LOOK_MS : POLL_MS;
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
