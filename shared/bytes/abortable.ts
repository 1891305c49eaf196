/** Waits for `work`, but no longer than `signal` allows; the work itself goes on for whoever shares it. */
export function abortable<Value>(work: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise<Value>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      // Whoever began the work hears of its failure; this caller has left already.
      work.catch(() => undefined);
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const settle = () => signal.removeEventListener('abort', abort);
    work.then(resolve, reject).finally(settle);
  });
}
