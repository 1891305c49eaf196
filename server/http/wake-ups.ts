/** Counts changes, and wakes who waits for the next. */
export interface WakeUps {
  now(): number;
  raise(): void;
  /** Resolves when the count is not `seen` any more, after `waitMs`, or when the signal is aborted. */
  changed(seen: number, waitMs: number, signal: AbortSignal): Promise<void>;
}

export function createWakeUps(): WakeUps {
  let version = 0;
  const waiting = new Set<() => void>();
  return {
    now: () => version,
    raise: () => {
      version += 1;
      for (const wake of waiting) wake();
    },
    changed: (seen, waitMs, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, waitMs);
        waiting.add(end);
        signal.addEventListener('abort', end, { once: true });
        if (signal.aborted || version !== seen) end();
      }),
  };
}
