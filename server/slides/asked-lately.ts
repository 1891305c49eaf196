/** Which keys were asked for of late. */
export interface AskedLately {
  /** Whether the key was asked for before; remembers that it is now. */
  again(key: string): boolean;
}

/**
 * Remembers between `keys` and twice as many, in two generations: the older one is forgotten as a whole when the
 * younger one is full.
 */
export function createAskedLately(keys: number): AskedLately {
  let younger = new Set<string>();
  let older = new Set<string>();
  return {
    again: (key) => {
      const known = younger.has(key) || older.has(key);
      younger.add(key);
      if (younger.size >= keys) {
        older = younger;
        younger = new Set();
      }
      return known;
    },
  };
}
