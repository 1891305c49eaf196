import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';

export interface SlidesFilter {
  readonly search: string;
  readonly deleted: boolean;
}

const PAGE = 60;
/** New slides appear without a reload: who waits for a frozen section has the list before them. */
const QUIET_MS = 4000;
const BUSY_MS = 2500;

function isUnderWay(slide: SlideSummary): boolean {
  return slide.status.kind !== 'ready' && slide.status.kind !== 'failed';
}

/** Slides that match, newest first, page after page, kept up to date while the screen is open. */
export function useSlides({ search, deleted }: SlidesFilter) {
  const pages = useInfiniteQuery({
    queryKey: keyOf('slide.list', { search, deleted }),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('slide.list', {
        query: {
          limit: PAGE,
          deleted: deleted ? 'true' : 'false',
          ...(search === '' ? {} : { search }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const known = query.state.data?.pages.flatMap((page) => page.slides) ?? [];
      return known.some(isUnderWay) ? BUSY_MS : QUIET_MS;
    },
  });
  return { ...pages, slides: pages.data?.pages.flatMap((page) => page.slides) ?? null };
}
