import type { Messages } from './messages.ts';

interface Needs {
  readonly onError: (error: unknown) => void;
}

/** Listeners inside this process, for the engines that bring words to them. */
export interface LocalDelivery extends Messages {
  /** Calls the listeners now: the word came over a line. */
  deliver(channel: string, text: string): void;
  /** Those that somebody listens to. */
  channels(): string[];
}

export function deliverLocally({ onError }: Needs): LocalDelivery {
  const channels = new Map<string, Set<(text: string) => void>>();

  function deliver(channel: string, text: string): void {
    for (const listener of channels.get(channel) ?? []) {
      try {
        listener(text);
      } catch (error) {
        onError(error);
      }
    }
  }

  return {
    deliver,
    channels: () => [...channels.keys()],
    // Later, as over a line: a publisher must not depend on what its listeners do first.
    publish: (channel, text) => queueMicrotask(() => deliver(channel, text)),
    subscribe: (channel, listener) => {
      // An own function each time, so that the same listener subscribed twice is heard twice.
      const own = (text: string) => listener(text);
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(own));
      return () => {
        listeners.delete(own);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
    close: async () => channels.clear(),
  };
}

/** Messages inside one process: the embedded default. */
export function makeLocalMessages(needs: Needs): Messages {
  const { publish, subscribe, close } = deliverLocally(needs);
  return { publish, subscribe, close };
}
