import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import { z } from 'zod';
import type { Database } from './database.ts';

/**
 * "Forget what you know of this", said to the other processes on the database by NOTIFY. Only for caches, which end by
 * themselves soon after: a notice that is lost costs seconds, never correctness.
 */
export interface Notices {
  /** To the other processes; this one has forgotten already. At most 7 KiB. Never throws. */
  send(topic: string, text: string): void;
  /**
   * @param onGap called when notices may have been missed: everything may have changed
   * @returns how to stop listening
   */
  listen(topic: string, listener: (text: string) => void, onGap: () => void): () => void;
  close(): Promise<void>;
}

/** Where there is only one process, there is nobody to tell. */
export const NOBODY_ELSE: Notices = {
  send: () => undefined,
  listen: () => () => undefined,
  close: () => Promise.resolve(),
};

const CHANNEL = 'farscope_notices';
const PAUSE_MS = 1_000;
/** A line that died without a word is noticed by its silence. */
const CHECK_EVERY_MS = 5_000;

const Notice = z.object({ from: z.string(), topic: z.string(), text: z.string() });

interface Listener {
  readonly topic: string;
  readonly hear: (text: string) => void;
  readonly onGap: () => void;
}

export interface NoticesNeeds {
  readonly database: Pick<Database, 'owner' | 'connection'>;
  readonly log: (line: string) => void;
}

/** Listens until the line is lost or `signal` says so. */
async function listenOnce(
  url: string,
  {
    onReady,
    onPayload,
    signal,
  }: {
    readonly onReady: () => void;
    readonly onPayload: (payload: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'farscope-notices',
    keepAlive: true,
    connectionTimeoutMillis: CHECK_EVERY_MS,
    query_timeout: CHECK_EVERY_MS,
  });
  const lost = new AbortController();
  client.on('error', (error) => lost.abort(error));
  client.on('end', () => lost.abort(new Error('the line ended')));
  client.on('notification', ({ payload = '' }) => onPayload(payload));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    onReady();
    const over = AbortSignal.any([lost.signal, signal]);
    while (!over.aborted) {
      await sleep(CHECK_EVERY_MS, undefined, { signal: over });
      await client.query('select 1');
    }
  } finally {
    await client.end();
  }
}

/** Listens again and again until `signal` says so; says once that the line is lost, once that it is back. */
async function keepListening(
  { database, log }: NoticesNeeds,
  listeners: ReadonlySet<Listener>,
  { own, signal }: { readonly own: string; readonly signal: AbortSignal },
): Promise<void> {
  const onPayload = (payload: string): void => {
    try {
      const { from, topic, text } = Notice.parse(JSON.parse(payload));
      if (from === own) return;
      for (const listener of listeners) if (listener.topic === topic) listener.hear(text);
    } catch (cause) {
      log(`a notice could not be taken in: ${String(cause)}`);
    }
  };
  let isLost = false;
  const onReady = (): void => {
    if (isLost) log('notices are heard again');
    isLost = false;
    // Said while nobody listened, at the start or since the line was lost.
    for (const { onGap } of listeners) onGap();
  };
  while (!signal.aborted) {
    try {
      await listenOnce(database.connection.url, { onReady, onPayload, signal });
    } catch (cause) {
      if (signal.aborted) return;
      if (!isLost) log(`notices are not heard at the moment: ${String(cause)}`);
      isLost = true;
      // Cut short when closing; the loop sees it.
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Notices over the database's own NOTIFY; needs a connection of its own, not through a pooler of transactions. */
export function openNotices(needs: NoticesNeeds): Notices {
  const { database, log } = needs;
  const own = randomUUID();
  const listeners = new Set<Listener>();
  const closing = new AbortController();
  const listening = keepListening(needs, listeners, { own, signal: closing.signal });
  const sending = new Set<Promise<void>>();
  return {
    send: (topic, text) => {
      const payload = JSON.stringify({ from: own, topic, text });
      const sent: Promise<void> = sql`select pg_notify(${CHANNEL}, ${payload})`
        .execute(database.owner)
        .then(
          () => undefined,
          (cause: unknown) => log(`a notice was not sent: ${String(cause)}`),
        )
        .finally(() => sending.delete(sent));
      sending.add(sent);
    },
    listen: (topic, hear, onGap) => {
      const listener = { topic, hear, onGap };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      closing.abort();
      await Promise.all([listening, ...sending]);
    },
  };
}
