/**
 * Words between the processes of one Farscope that need not last: presence, wishes for chunks, "changed, pull".
 * What must last is in the database; a reader that missed a message loses speed, never data.
 */
export interface Messages {
  /**
   * @param text at most 8 KiB; it reaches every listener of the channel in every process, this one included, in
   * the order of one sender, or nobody when nobody listens. Never throws: a broken line is reported by the engine.
   */
  readonly publish: (channel: string, text: string) => void;
  /** Returns how to stop listening. A listener that throws does not disturb the others. */
  readonly subscribe: (channel: string, listener: (text: string) => void) => () => void;
  readonly close: () => Promise<void>;
}
