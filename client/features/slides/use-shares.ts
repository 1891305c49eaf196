import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Share } from '../../../shared/api/endpoints/slides.ts';
import type { HospitalId, SlideId } from '../../../shared/ids.ts';
import { call } from '../../api/call.ts';
import { callOptions, keyOf } from '../../api/query.ts';

export interface NewShare {
  readonly hospitalId: HospitalId;
  readonly includeLabel: boolean;
  /** ISO 8601, or null for no end. */
  readonly expiresAt: string | null;
}

interface Heard {
  readonly onGiven: (share: Share) => void;
  readonly onEnded: (share: Share) => void;
}

/** To whom a slide is lent, and what changes it. */
export function useShares(slideId: SlideId, { onGiven, onEnded }: Heard) {
  const queries = useQueryClient();
  const params = { slideId };
  const onSettled = () =>
    queries.invalidateQueries({ queryKey: keyOf('slide.shares', { params }) });
  const shares = useQuery({ ...callOptions('slide.shares', { params }), staleTime: 0 });
  const give = useMutation({
    mutationFn: (body: NewShare) => call('slide.share', { params, body }),
    onSuccess: onGiven,
    onSettled,
  });
  const end = useMutation({
    mutationFn: (share: Share) => call('slide.unshare', { params: { slideId, shareId: share.id } }),
    onSuccess: (_reply, share) => onEnded(share),
    onSettled,
  });
  return { shares, give, end };
}
