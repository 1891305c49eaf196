import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SlideId } from '../../../shared/ids.ts';
import { callOptions } from '../../api/query.ts';
import { useRoom } from '../../api/live/use-live.ts';
import { isUnderWay } from './describe-slide.ts';

const BUSY_MS = 2_000;

/** A slide of the own queue with who looks at it now and who looked last. */
export function useWatchedSlide(slideId: SlideId) {
  const queries = useQueryClient();
  const params = { slideId };
  const looksOptions = callOptions('live.looks', { params });
  const room = useRoom(
    { kind: 'slide', slideId },
    { left: () => void queries.invalidateQueries({ queryKey: looksOptions.queryKey }) },
  );
  const slide = useQuery({
    ...callOptions('slide.get', { params }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isUnderWay(state.data.status) ? BUSY_MS : false,
  });
  // Only who uploaded it may ask; somebody who finds a colleague's slide in the queue is not told.
  const looks = useQuery({ ...looksOptions, enabled: room.watches });
  return { room, slide: slide.data, looks: looks.data ?? [] };
}
