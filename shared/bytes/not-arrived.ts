import { AppError } from '../errors/app-error.ts';

/** More names of chunks than this say no more, and would not fit into an error. */
const MOST_NAMED = 512;

/** 'tile.not-arrived' that says which chunks of the upload's grid are missing. */
export function notArrived(chunks: readonly number[]): AppError {
  return new AppError('tile.not-arrived', 'these bytes are still on their way', {
    fields: { chunks: chunks.slice(0, MOST_NAMED).join(',') },
  });
}

export function isNotArrived(cause: unknown): cause is AppError {
  return cause instanceof AppError && cause.code === 'tile.not-arrived';
}

/** Which chunks an error of `notArrived` names; it may have crossed a process. */
export function missingChunks(error: Pick<AppError, 'fields'>): number[] {
  const { chunks } = error.fields;
  if (typeof chunks !== 'string' || chunks === '') return [];
  return chunks.split(',').map(Number);
}

/**
 * As Promise.all, but where bytes have not arrived it waits for all and rejects once with every chunk that is
 * missing: what is asked for is asked for together, not one round trip after the other.
 */
export async function allArrived<Value>(work: readonly Promise<Value>[]): Promise<Value[]> {
  const missing = new Set<number>();
  let isMissing = false;
  const noted = work.map((one) =>
    one.catch((cause: unknown) => {
      if (!isNotArrived(cause)) throw cause;
      isMissing = true;
      for (const chunk of missingChunks(cause)) missing.add(chunk);
      return undefined;
    }),
  );
  const values = await Promise.all(noted);
  if (isMissing) throw notArrived([...missing]);
  return values as Value[]; // nothing was missing
}
