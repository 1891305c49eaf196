/** Memory for pixels that are only looked at until the next are decoded. */
export interface Scratch {
  /** So many pixels; what they were before is undefined. */
  take(count: number): Int32Array;
}

/** Fresh memory for each of sixteen tiles costs nearly as much time as decoding them. */
export function createScratch(): Scratch {
  let pixels = new Int32Array(0);
  return {
    take: (count) => {
      if (pixels.length < count) pixels = new Int32Array(count);
      return pixels.subarray(0, count);
    },
  };
}

/** For pixels that are kept. */
export const FRESH_MEMORY: Scratch = { take: (count) => new Int32Array(count) };
