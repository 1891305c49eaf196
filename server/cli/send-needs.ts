import type { LineFlight } from '../../shared/upload/line-flight.ts';
import type { ServerCalls } from './server-calls.ts';

/** What sending a slide needs. */
export interface SendNeeds {
  readonly calls: ServerCalls;
  readonly line: LineFlight;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long an unreachable server is waited for. */
  readonly giveUpAfterMs: number;
  onProgress(sentBytes: number, totalBytes: number): void;
  onWaiting(why: string): void;
  /** Something that only makes it slower. */
  onWarning(what: string): void;
}
