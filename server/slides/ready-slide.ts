import { AppError } from '../../shared/errors/app-error.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import type { ReadySlide } from './read-tile.ts';
import type { SlideAccess } from './slide-access.ts';

/** An arriving slide has properties once its directory is there; a moment after it is whole, it is stored. */
const VIEWABLE: ReadonlySet<SlideStatus['kind']> = new Set(['ready', 'arriving', 'stored']);

/** The part of a slide that its tiles need, when it can be looked at. */
export function readySlide(access: SlideAccess): ReadySlide | undefined {
  const { status, originalKey, properties, revision } = access;
  if (originalKey === null || properties === null || !VIEWABLE.has(status.kind)) return undefined;
  return { originalKey, properties, revision };
}

/** Only a slide that is ready for good: not one that still arrives. */
export function findReady(access: SlideAccess | undefined): ReadySlide | undefined {
  return access?.status.kind === 'ready' ? readySlide(access) : undefined;
}

/**
 * @param revision as the address has it: tiles of an earlier revision are gone
 * @throws AppError 'slide.not-ready', 'request.not-found'
 */
export function requireReady(access: SlideAccess | undefined, revision?: number): ReadySlide {
  if (access === undefined) throw new AppError('request.not-found', 'no such slide');
  const ready = readySlide(access);
  if (ready === undefined) throw new AppError('slide.not-ready', `it is ${access.status.kind}`);
  if (revision !== undefined && revision !== ready.revision) {
    throw new AppError('request.not-found', 'the slide has another revision now');
  }
  return ready;
}
