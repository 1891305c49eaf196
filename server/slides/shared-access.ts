import { SlideId } from '../../shared/ids.ts';
import type { Notices } from '../storage/notices.ts';
import type { SlideAccessCache } from './slide-access.ts';

/** Under this topic processes tell each other which slides have changed for their readers. */
const SLIDES = 'slides';

/** The cache of one of several processes: what one drops, the others drop too. */
export function shareAccess(
  cache: SlideAccessCache,
  notices: Pick<Notices, 'send' | 'listen'>,
): SlideAccessCache {
  notices.listen(SLIDES, (text) => cache.drop(SlideId.parse(text)), cache.clear);
  return {
    ...cache,
    drop: (id) => {
      cache.drop(id);
      notices.send(SLIDES, id);
    },
  };
}
