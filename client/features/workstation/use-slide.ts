import { useQuery } from '@tanstack/react-query';
import type { SlideId } from '../../../shared/ids.ts';
import type { Calibration, Mpp, SlideDetail } from '../../../shared/slide/slide.ts';
import { callOptions } from '../../api/query.ts';

const POLL_MS = 2000;

function isUnderWay(slide: SlideDetail | undefined): boolean {
  const kind = slide?.status.kind;
  return kind === 'arriving' || kind === 'stored' || kind === 'building';
}

/** One slide, asked again while it is still arriving or being built. */
export function useSlide(slideId: SlideId) {
  return useQuery({
    ...callOptions('slide.get', { params: { slideId } }),
    refetchInterval: (query) => (isUnderWay(query.state.data) ? POLL_MS : false),
  });
}

/** The mpp in force, or null: then nothing is said in micrometres. */
export function mppInForce(calibration: Calibration): Mpp | null {
  return calibration.source === 'none' ? null : calibration.mpp;
}
