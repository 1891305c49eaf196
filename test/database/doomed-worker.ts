// A program of its own, to be killed: takes up one job and never ends it.

import { writeSync } from 'node:fs';
import { openDatabase } from '../../server/storage/database.ts';
import { openJobQueue } from '../../server/storage/job-queue.ts';

const [url = '', kind = ''] = process.argv.slice(2);
const log = (line: string) => console.error(line);
const database = await openDatabase({ connection: { url }, log });
const kinds = [{ name: kind, heartbeatSeconds: 10, retryDelaySeconds: 1 }];
const queue = await openJobQueue({ database, kinds, log, role: 'worker' });
await queue.work(kind, async () => {
  writeSync(1, 'started\n');
  await new Promise(() => undefined);
});
