import { hasIndex, type Run } from './received-runs.ts';

/** The chunks of one upload that are still to be sent, in an order that changes while they are. */
export interface ChunkQueue {
  /** What somebody waits for now, most wanted first: overtakes everything. Replaces what was wished before. */
  wish(chunks: readonly number[]): void;
  /** The order of the rest; what it does not name comes after it in the order that was given first. */
  plan(order: readonly number[]): void;
  /** Begins again with what the server said that it has. */
  restart(received: readonly Run[]): void;
  /** Whether the next one is waited for. */
  isUrgent(): boolean;
  isEmpty(): boolean;
  /** Each missing chunk once, whatever is wished and planned in between. */
  next(): number | undefined;
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

  function take(chunk: number | undefined): number | undefined {
    if (chunk === undefined) return undefined;
    taken[chunk] = 1;
    left -= 1;
    return chunk;
  }

  restart(received);
  return {
    restart,
    wish: (chunks) => {
      wished = chunks;
      places.wished = 0;
    },
    plan: (chunks) => {
      planned = chunks;
      places.planned = 0;
    },
    isUrgent: () => firstFree(wished, places.wished) < wished.length,
    isEmpty: () => left === 0,
    next: () => {
      places.wished = firstFree(wished, places.wished);
      if (places.wished < wished.length) return take(wished[places.wished]);
      places.planned = firstFree(planned, places.planned);
      if (places.planned < planned.length) return take(planned[places.planned]);
      places.order = firstFree(order, places.order);
      return take(order[places.order]);
    },
  };
}
