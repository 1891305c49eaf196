import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { inScope, SYSTEM, type Database } from '../../server/storage/database.ts';
import { openJobQueue, type JobQueue } from '../../server/storage/job-queue.ts';

const until = { timeout: 30_000, interval: 50 };

/** What the queue promises, on whatever PostgreSQL `open` gives. */
export function describeJobQueue(
  name: string,
  open: () => Promise<{ database: Database; dispose(): Promise<void> }>,
): void {
  describe(`job queue: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let queue: JobQueue;
    const kinds = ['count', 'order', 'fail', 'poison', 'slow'].map((kind) => ({
      name: kind,
      retryLimit: kind === 'poison' ? 1 : 3,
      retryDelaySeconds: 1,
    }));
    const openQueue = () =>
      openJobQueue({ database: opened.database, kinds, log: () => undefined, role: 'worker' });
    const add = (kind: string, payload: object, key?: string) =>
      inScope(opened.database, SYSTEM, (transaction) =>
        queue.enqueue(transaction, kind, payload, key),
      );
    beforeAll(async () => {
      opened = await open();
      queue = await openQueue();
    });
    afterAll(async () => {
      await queue.stop(1_000);
      await opened.dispose();
    });

    test('a job of a transaction that failed never runs; that of one that committed does', async () => {
      const seen: number[] = [];
      const failed = inScope(opened.database, SYSTEM, async (transaction) => {
        await queue.enqueue(transaction, 'order', { n: 1 });
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      await add('order', { n: 2 });
      await queue.work<{ n: number }>('order', async ({ n }) => {
        seen.push(n);
        await Promise.resolve();
      });
      await vi.waitFor(() => expect(seen).toEqual([2]), until);
    });

    test('forty jobs run once each on two queues over one database', async () => {
      const seen: number[] = [];
      const other = await openQueue();
      const handler = async ({ n }: { n: number }) => {
        seen.push(n);
        await Promise.resolve();
      };
      await queue.work('count', handler, { concurrency: 2 });
      await other.work('count', handler, { concurrency: 2 });
      for (let n = 0; n < 40; n += 1) await add('count', { n });
      await vi.waitFor(() => expect(seen.length).toBe(40), until);
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      await other.stop(5_000);
    });

    test('a job that fails is tried again, and told which attempt it is', async () => {
      const attempts: number[] = [];
      await queue.work('fail', async (_payload, { attempt }) => {
        attempts.push(attempt);
        await Promise.resolve();
        if (attempt === 0) throw new Error('the first time');
      });
      await add('fail', {});
      await vi.waitFor(() => expect(attempts).toEqual([0, 1]), until);
    });

    test('a job that always fails ends as dead, once, with its reason', async () => {
      const dead: string[] = [];
      const fail = () => Promise.reject(new Error('poison'));
      await queue.work<{ slide: string }>('poison', fail, {
        onExhausted: async ({ slide }, reason) => {
          dead.push(`${slide}: ${reason}`);
          await Promise.resolve();
        },
      });
      await add('poison', { slide: 'x' });
      await vi.waitFor(() => expect(dead).toEqual(['x: poison']), until);
      expect(await queue.depth('poison')).toEqual({ waiting: 0, active: 0, dead: 1 });
    });

    test('a queue that stops aborts a job that does not end, and another takes it up', async () => {
      const seen: string[] = [];
      const first = await openQueue();
      await first.work('slow', async (_payload, { signal }) => {
        seen.push('started');
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        throw new Error('aborted');
      });
      await add('slow', {});
      await vi.waitFor(() => expect(seen).toEqual(['started']), until);
      expect(await queue.depth('slow')).toEqual({ waiting: 0, active: 1, dead: 0 });
      await first.stop(1_000);
      await queue.work('slow', async () => {
        seen.push('taken up');
        await Promise.resolve();
      });
      await vi.waitFor(() => expect(seen).toEqual(['started', 'taken up']), until);
    });
  });
}
