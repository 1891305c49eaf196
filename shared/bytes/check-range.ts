import { AppError } from '../errors/app-error.ts';

/**
 * Refuses a range that reaches beyond the source, before anything is allocated for it.
 * @throws AppError 'format.truncated'
 */
export function checkRange(size: number, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new AppError('format.truncated', `read of ${length} at ${offset} in ${size} bytes`, {
    fields: { offset, length, size },
  });
}
