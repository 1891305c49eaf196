import { hasIndex, type Run } from './received-runs.ts';

/** The chunks of one upload that are still to be sent, in an order that changes while they are. */
export interface ChunkQueue {
  /** What somebody waits for now, most wanted first: overtakes everything. Replaces what was wished before. */
  wish(chunks: readonly number[]): void;
  /**
   * The order of the rest; what it does not name comes after it in the order that was given first.
   * @param firstLook how many at its head show the slide whole
   */
  plan(order: readonly number[], firstLook?: number): void;
  /** Begins again with what the server said that it has. */
  restart(received: readonly Run[]): void;
  /** Whether the next one is waited for. */
  isUrgent(): boolean;
  /** Whether the next one is needed to look at the slide at all. */
  isFirstLook(): boolean;
  isEmpty(): boolean;
  /**
   * Up to `most` chunks that travel together; each missing one once, whatever is wished and planned in between.
   * What is wished travels alone, so that it waits for nothing else.
   */
  next(most: number): number[];
}

export interface ChunkQueueNeeds {
  readonly count: number;
  /** All chunks, as they are sent when nothing better is known. */
  readonly order: readonly number[];
  readonly received: readonly Run[];
}

export function createChunkQueue({ count, order, received }: ChunkQueueNeeds): ChunkQueue {
  const taken = new Uint8Array(count);
  let left = 0;
  let wished: readonly number[] = [];
  let planned: readonly number[] = [];
  let firstLook = 0;
  let places = { wished: 0, planned: 0, order: 0 };

  function restart(runs: readonly Run[]): void {
    left = 0;
    for (let index = 0; index < count; index += 1) {
      taken[index] = hasIndex(runs, index) ? 1 : 0;
      if (taken[index] === 0) left += 1;
    }
    places = { wished: 0, planned: 0, order: 0 };
  }

  const isFree = (chunk: number | undefined): chunk is number =>
    chunk !== undefined && taken[chunk] === 0;

  /** The place of the first in the list that is still to be sent. */
  function firstFree(list: readonly number[], from: number): number {
    let at = from;
    while (at < list.length && !isFree(list[at])) at += 1;
    return at;
  }

  function takeFrom(list: readonly number[], place: keyof typeof places, most: number): number[] {
    const chunks: number[] = [];
    for (;;) {
      places[place] = firstFree(list, places[place]);
      const chunk = list[places[place]];
      if (chunk === undefined || chunks.length >= most) return chunks;
      taken[chunk] = 1;
      left -= 1;
      chunks.push(chunk);
    }
  }

  restart(received);
  return {
    restart,
    wish: (chunks) => {
      wished = chunks;
      places.wished = 0;
    },
    plan: (chunks, first = 0) => {
      planned = chunks;
      firstLook = first;
      places.planned = 0;
    },
    isUrgent: () => firstFree(wished, places.wished) < wished.length,
    isFirstLook: () => firstFree(planned, places.planned) < firstLook,
    isEmpty: () => left === 0,
    next: (most) => {
      const urgent = takeFrom(wished, 'wished', most);
      if (urgent.length > 0) return urgent;
      const chunks = takeFrom(planned, 'planned', most);
      return [...chunks, ...takeFrom(order, 'order', most - chunks.length)];
    },
  };
}
