import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { describeJobQueue } from '../../test/contract/job-queue.contract.ts';
import { createTestDatabase } from '../../test/database.ts';
import { inScope, SYSTEM } from './database.ts';
import { openJobQueue } from './job-queue.ts';

describeJobQueue('embedded PostgreSQL', createTestDatabase);

test('kill -9 of a worker: its job is missed by its heartbeat and done by another', async () => {
  const fixture = await createTestDatabase();
  const { database, connection } = fixture;
  const kinds = [{ name: 'doomed', heartbeatSeconds: 10, retryDelaySeconds: 1 }];
  const queue = await openJobQueue({ database, kinds, log: () => undefined, role: 'worker' });
  const program = fileURLToPath(new URL('../../test/database/doomed-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [program, connection.url, 'doomed'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await inScope(database, SYSTEM, (trx) => queue.enqueue(trx, 'doomed', { slide: 1 }));
  await once(worker.stdout, 'data');
  worker.kill('SIGKILL');
  const done: unknown[] = [];
  await queue.work('doomed', async (payload, { attempt }) => {
    done.push({ payload, attempt });
    await Promise.resolve();
  });
  const until = { timeout: 50_000, interval: 100 };
  await vi.waitFor(() => expect(done).toEqual([{ payload: { slide: 1 }, attempt: 1 }]), until);
  await queue.stop(1_000);
  await fixture.dispose();
});
