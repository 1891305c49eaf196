import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { deliverLocally } from './local-messages.ts';
import type { Messages } from './messages.ts';

export interface RedisMessagesNeeds {
  /** redis://user:password@host:port, or rediss:// over TLS. */
  readonly url: string;
  /** Of listeners that threw. */
  readonly onError: (error: unknown) => void;
  /** Of the line: said when it is lost and when it is back, not at every attempt. */
  readonly log: (line: string) => void;
}

export interface RedisMessages extends Messages {
  /** Whether words reach the other processes at this moment. */
  readonly isConnected: () => boolean;
}

const LONGEST_PAUSE_MS = 2_000;
/** A line that died without a word is noticed by its silence. */
const PING_EVERY_MS = 5_000;
/** Of all channels in a Redis that others may use too. */
const PREFIX = 'farscope:';

type Client = ReturnType<typeof newClient>;

function newClient(url: string) {
  return createClient({
    url,
    // Words are of the moment: what cannot be said now is not said later.
    disableOfflineQueue: true,
    pingInterval: PING_EVERY_MS,
    socket: {
      connectTimeout: 3_000,
      socketTimeout: 3 * PING_EVERY_MS,
      keepAlive: true,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), LONGEST_PAUSE_MS),
    },
  });
}

/** Says once that a line is lost, and once that it is back. */
function watchLine(client: Client, name: string, log: (line: string) => void): void {
  let isLost = false;
  client.on('error', (error: unknown) => {
    if (!isLost) log(`redis (${name}) is away: ${String(error)}; messages stay in this process`);
    isLost = true;
  });
  client.on('ready', () => {
    if (isLost) log(`redis (${name}) is back`);
    isLost = false;
  });
}

/** Keeps trying in the background: a server starts, and stays up, without its Redis. */
function connectInBackground(client: Client, log: (line: string) => void): void {
  client.connect().catch((cause: unknown) => log(`redis: ${String(cause)}`));
}

/**
 * Messages between processes over Redis. Listeners of this process hear at once and without it; those of others when
 * Redis is there. Subscriptions are made again when it comes back.
 */
export function openRedisMessages({ url, onError, log }: RedisMessagesNeeds): RedisMessages {
  const own = randomUUID();
  const local = deliverLocally({ onError });
  const sender = newClient(url);
  const hearer = newClient(url);
  watchLine(sender, 'sending', log);
  watchLine(hearer, 'hearing', log);
  connectInBackground(sender, log);
  connectInBackground(hearer, log);
  const heard = new Set<string>();
  let isClosed = false;

  /** What this process said itself, its listeners have heard already. */
  const hear = (message: string, channel: string): void => {
    const at = message.indexOf(' ');
    if (message.slice(0, at) === own) return;
    local.deliver(channel.slice(PREFIX.length), message.slice(at + 1));
  };

  function listenTo(channel: string): void {
    if (heard.has(channel) || !hearer.isReady) return;
    heard.add(channel);
    hearer.subscribe(PREFIX + channel, hear).catch((cause: unknown) => {
      heard.delete(channel);
      log(`redis: a channel could not be heard: ${String(cause)}`);
    });
  }

  // The client renews what it was subscribed to; what was asked for while it was away begins here.
  hearer.on('ready', () => {
    for (const channel of local.channels()) listenTo(channel);
  });

  return {
    isConnected: () => sender.isReady && hearer.isReady,
    publish: (channel, text) => {
      local.publish(channel, text);
      if (!sender.isReady) return;
      // That the line was lost at this moment is said by the line itself.
      sender.publish(PREFIX + channel, `${own} ${text}`).catch(() => undefined);
    },
    subscribe: (channel, listener) => {
      const stop = local.subscribe(channel, listener);
      listenTo(channel);
      return () => {
        stop();
        if (local.channels().includes(channel) || !heard.delete(channel) || !hearer.isReady) return;
        hearer.unsubscribe(PREFIX + channel).catch((cause: unknown) => {
          if (!isClosed) log(`redis: a channel could not be left: ${String(cause)}`);
        });
      };
    },
    close: async () => {
      isClosed = true;
      await local.close();
      for (const client of [sender, hearer]) if (client.isOpen) client.destroy();
    },
  };
}
