/** Lets so many bytes into memory at once; who comes late waits in line. */
export interface ByteBudget {
  /** Resolves when there is room for this owner, with the function that gives it back. */
  take(bytes: number, owner: string): Promise<() => void>;
}

interface Waiting {
  readonly bytes: number;
  readonly owner: string;
  readonly enter: () => void;
}

/** Of the budget, what one owner may hold: bodies that trickle hold theirs for as long as they like. */
const OWNERS_SHARE = 0.5;

export function createByteBudget(maxBytes: number): ByteBudget {
  const heldBy = new Map<string, number>();
  let used = 0;
  let line: Waiting[] = [];

  // An empty memory takes anything: else a chunk larger than the budget would wait for ever.
  const fits = (held: number, bytes: number, most: number) => held === 0 || held + bytes <= most;

  function hold(owner: string, bytes: number): void {
    const held = (heldBy.get(owner) ?? 0) + bytes;
    if (held === 0) heldBy.delete(owner);
    else heldBy.set(owner, held);
    used += bytes;
  }

  /** In the order of arrival; who holds his share already lets others pass. */
  function admit(): void {
    const staying: Waiting[] = [];
    let isFull = false;
    for (const waiting of line) {
      const { bytes, owner, enter } = waiting;
      const hasShare = fits(heldBy.get(owner) ?? 0, bytes, maxBytes * OWNERS_SHARE);
      // What does not fit keeps its place: the small ones behind it must not pass it for ever.
      isFull ||= hasShare && !fits(used, bytes, maxBytes);
      if (isFull || !hasShare) staying.push(waiting);
      else {
        hold(owner, bytes);
        enter();
      }
    }
    line = staying;
  }

  return {
    take: async (bytes, owner) => {
      await new Promise<void>((enter) => {
        line.push({ bytes, owner, enter });
        admit();
      });
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        hold(owner, -bytes);
        admit();
      };
    },
  };
}
