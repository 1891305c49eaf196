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

/** An order of chunks, and how far it has been gone through. */
interface Course {
  readonly chunks: readonly number[];
  at: number;
}

const courseOf = (chunks: readonly number[]): Course => ({ chunks, at: 0 });

/** Goes on to the first that is still to be sent (0 in `taken`). */
function firstFree(course: Course, taken: Uint8Array): number | undefined {
  while (course.at < course.chunks.length) {
    const chunk = course.chunks[course.at];
    if (chunk !== undefined && taken[chunk] === 0) return chunk;
    course.at += 1;
  }
  return undefined;
}

function takeFrom(course: Course, taken: Uint8Array, most: number): number[] {
  const chunks: number[] = [];
  while (chunks.length < most) {
    const chunk = firstFree(course, taken);
    if (chunk === undefined) break;
    taken[chunk] = 1;
    chunks.push(chunk);
  }
  return chunks;
}

export function createChunkQueue({ count, order, received }: ChunkQueueNeeds): ChunkQueue {
  const taken = new Uint8Array(count);
  let left = 0;
  let firstLook = 0;
  const courses = { wished: courseOf([]), planned: courseOf([]), order: courseOf(order) };

  function restart(runs: readonly Run[]): void {
    left = 0;
    for (let index = 0; index < count; index += 1) {
      taken[index] = hasIndex(runs, index) ? 1 : 0;
      if (taken[index] === 0) left += 1;
    }
    for (const course of Object.values(courses)) course.at = 0;
  }

  restart(received);
  return {
    restart,
    wish: (chunks) => {
      courses.wished = courseOf(chunks);
    },
    plan: (chunks, first = 0) => {
      courses.planned = courseOf(chunks);
      firstLook = first;
    },
    isUrgent: () => firstFree(courses.wished, taken) !== undefined,
    isFirstLook: () =>
      firstFree(courses.planned, taken) !== undefined && courses.planned.at < firstLook,
    isEmpty: () => left === 0,
    next: (most) => {
      const chunks = takeFrom(courses.wished, taken, most);
      if (chunks.length === 0) {
        chunks.push(...takeFrom(courses.planned, taken, most));
        chunks.push(...takeFrom(courses.order, taken, most - chunks.length));
      }
      left -= chunks.length;
      return chunks;
    },
  };
}
