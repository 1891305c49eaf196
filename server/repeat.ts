/** Work that is done again and again, one at a time, until it is stopped. */
export function repeat(
  everyMs: number,
  work: () => Promise<void>,
  onFailure: (cause: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .catch(onFailure)
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
