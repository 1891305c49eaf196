import { AppError } from '../../errors/app-error.ts';

/** Frames of one request: a viewer asks for a screen of them at most. */
export const MAX_FRAMES = 64;

/**
 * A list of frame numbers from 1, in any order, none twice (PS3.18 table 10.4.1-1).
 * @throws AppError 'interop.invalid', 'request.not-found'
 */
export function parseFrames(text: string, frames: number): readonly number[] {
  const numbers = text.split(',').map((part) => {
    if (!/^[1-9]\d{0,8}$/.test(part)) throw new AppError('interop.invalid', 'not a frame number');
    return Number(part);
  });
  if (numbers.length > MAX_FRAMES) {
    throw new AppError('interop.invalid', `more than ${MAX_FRAMES} frames at once`);
  }
  if (new Set(numbers).size < numbers.length) {
    throw new AppError('interop.invalid', 'a frame is named twice');
  }
  if (numbers.some((number) => number > frames)) {
    throw new AppError('request.not-found', `there are ${frames} frames`);
  }
  return numbers;
}
