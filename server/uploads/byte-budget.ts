/** Lets so many bytes into memory at once; who comes late waits in line. */
export interface ByteBudget {
  /** Resolves when there is room, with the function that gives it back. */
  take(bytes: number): Promise<() => void>;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let used = 0;
  const line: { readonly bytes: number; readonly enter: () => void }[] = [];

  function admit(): void {
    for (let first = line[0]; first !== undefined; first = line[0]) {
      // An empty memory takes anything: else a chunk larger than the budget would wait for ever.
      if (used > 0 && used + first.bytes > maxBytes) return;
      used += first.bytes;
      line.shift();
      first.enter();
    }
  }

  return {
    take: async (bytes) => {
      await new Promise<void>((enter) => {
        line.push({ bytes, enter });
        admit();
      });
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        used -= bytes;
        admit();
      };
    },
  };
}
