// A program of its own, to be killed: brings up the embedded database in the folder given, then commits
// rows for ever and prints the number of each one after its commit was acknowledged.

import { writeSync } from 'node:fs';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { toJsonColumn } from '../../server/storage/json-column.ts';
import { openServerDatabase } from '../../server/storage/server-database.ts';

const [dataDir = '', name = ''] = process.argv.slice(2);
const database = await openServerDatabase({
  dataDir,
  log: (line) => console.error(line),
});
writeSync(1, `ready ${database.embedded?.pid() ?? 0}\n`);
for (let row = 0; ; row += 1) {
  const key = `${name}-${row}`;
  await inScope(database, SYSTEM, (transaction) =>
    transaction
      .insertInto('settings')
      .values({ key, value: toJsonColumn('x'.repeat(200)) })
      .execute(),
  );
  writeSync(1, `${key}\n`);
}
