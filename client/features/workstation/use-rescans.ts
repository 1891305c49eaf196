import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { RescanId, SlideId } from '../../../shared/ids.ts';
import type { NewRescan } from '../../../shared/rescan/rescan.ts';
import { call } from '../../api/call.ts';
import { useRoom } from '../../api/live/use-live.ts';
import { callOptions, keyOf } from '../../api/query.ts';

/** Requests about a slide, asked for again as soon as somebody says that one has changed. */
export function useRescans(slideId: SlideId) {
  const queries = useQueryClient();
  const options = callOptions('rescan.list', { params: { slideId } });
  useRoom(
    { kind: 'slide', slideId },
    { news: () => void queries.invalidateQueries({ queryKey: options.queryKey }) },
  );
  return useQuery(options);
}

function useReload(slideId: SlideId): () => void {
  const queries = useQueryClient();
  return () => {
    const queryKey = keyOf('rescan.list', { params: { slideId } });
    void queries.invalidateQueries({ queryKey });
  };
}

export function useAskRescan(slideId: SlideId) {
  const reload = useReload(slideId);
  return useMutation({
    mutationFn: (body: NewRescan) => call('rescan.ask', { params: { slideId }, body }),
    onSuccess: reload,
  });
}

export function useWithdrawRescan(slideId: SlideId) {
  const reload = useReload(slideId);
  return useMutation({
    mutationFn: (rescanId: RescanId) => call('rescan.withdraw', { params: { slideId, rescanId } }),
    onSettled: reload,
  });
}
