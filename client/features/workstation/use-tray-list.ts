import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SlideId } from '../../../shared/ids.ts';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';

const PAGE = 60;
const POLL_MS = 5000;

export interface TrayList {
  readonly slides: readonly SlideSummary[];
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** Null when all are there. */
  readonly more: (() => void) | null;
  /** The slide `step` places after one in the tray; null at its ends. */
  readonly neighbour: (slideId: SlideId, step: 1 | -1) => SlideId | null;
}

function isUnderWay(slide: SlideSummary): boolean {
  return slide.status.kind !== 'ready' && slide.status.kind !== 'failed';
}

/** The slides at hand: those that the reader may see, newest first. */
export function useTrayList(): TrayList {
  const [search, setSearch] = useState('');
  const query = search.trim();
  const list = useInfiniteQuery({
    queryKey: keyOf('slide.list', { tray: query }),
    queryFn: ({ pageParam, signal }) =>
      call('slide.list', {
        query: {
          limit: PAGE,
          ...(query === '' ? {} : { search: query }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.slides.some(isUnderWay)) === true ? POLL_MS : false,
  });
  const slides = list.data?.pages.flatMap((page) => page.slides) ?? [];
  return {
    slides,
    search,
    setSearch,
    isLoading: list.isPending,
    error: list.isError ? list.error : null,
    retry: () => void list.refetch(),
    more: list.hasNextPage ? () => void list.fetchNextPage() : null,
    neighbour: (slideId, step) => {
      const at = slides.findIndex((slide) => slide.id === slideId);
      return at < 0 ? null : (slides[at + step]?.id ?? null);
    },
  };
}
