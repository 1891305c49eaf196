import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { SlideSummary } from '../../../shared/slide/slide.ts';
import { call } from '../../api/call.ts';
import { keyOf } from '../../api/query.ts';

export interface SlidesFilter {
  readonly search: string;
  readonly deleted: boolean;
}

const PAGE = 60;
/** New slides appear without a reload; more often while one of those in sight is under way. */
const QUIET_MS = 10_000;
const BUSY_MS = 3000;

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
