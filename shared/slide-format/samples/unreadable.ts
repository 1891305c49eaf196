import { AppError } from '../../errors/app-error.ts';

/** The bytes of a tile that do not decode. `why` is for the log. */
export function unreadable(why: string, cause?: unknown): AppError {
  return new AppError('tile.unreadable', why, cause === undefined ? {} : { cause });
}
