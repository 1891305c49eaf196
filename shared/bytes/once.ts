/**
 * Reads something once and keeps it; simultaneous callers share one reading. A failure is told to
 * whoever waits and then forgotten, so the next call tries again.
 */
export function once<Value>(readValue: () => Promise<Value>): () => Promise<Value> {
  let reading: Promise<Value> | undefined;
  return () => {
    if (reading !== undefined) return reading;
    const started = readValue();
    reading = started;
    started.catch(() => {
      if (reading === started) reading = undefined;
    });
    return started;
  };
}
