import type { Actor } from '../../shared/access/can.ts';
import { isNotArrived, missingChunks } from '../../shared/bytes/not-arrived.ts';
import type { ArrivingSlides } from '../deps.ts';
import type { ReadySlide } from './read-tile.ts';

/** What was looked for in vain, because it is still being sent, is asked of the sender. */
export function wishFor(
  arriving: Pick<ArrivingSlides, 'wish'>,
  slide: ReadySlide,
  actor: Actor,
  cause: unknown,
): void {
  if (isNotArrived(cause)) arriving.wish(slide.originalKey, actor.accountId, missingChunks(cause));
}
