import type { RequestPlan } from './request-plan.ts';
import type { TileAnswer, TileOutcome } from './tile-answer.ts';

export interface TileWish<Image> {
  readonly path: string;
  /** Whether the reader would still see it. Asked again before every step. */
  readonly isWanted: () => boolean;
  /** Smaller is sooner. */
  readonly urgency: () => number;
  /** It is not part of the field: it waits until nothing that is waits. */
  readonly isPatient?: boolean;
  readonly onEnd: (end: TileOutcome<Image>) => void;
  /** It went out of sight before it came. */
  readonly onAbandoned: () => void;
}

export interface TileDownloadNeeds<Image> {
  /** Fetches tiles of one slide; answers each once, as it comes. Resolves when all are answered. */
  readonly fetchTiles: (
    paths: readonly string[],
    signal: AbortSignal,
    onAnswer: (path: string, answer: TileAnswer) => void,
  ) => Promise<void>;
  readonly decode: (blob: Blob) => Promise<TileOutcome<Image>>;
  /** What came before and still lies at hand. */
  readonly recall: (path: string) => Blob | undefined;
  /** It is no picture: it must come again. */
  readonly forget: (path: string) => void;
  /** Tiles with different keys do not travel in one reply. */
  readonly batchOf: (path: string) => string;
  /** @param waiting how many tiles wait */
  readonly plan: (waiting: number) => RequestPlan;
  readonly planAhead: () => RequestPlan;
  /** Runs a task later; returns how to cancel it. */
  readonly later: (delayMs: number, task: () => void) => () => void;
}
