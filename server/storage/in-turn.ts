import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** Of all advisory locks in this database; the number says "farscope" to who looks at pg_locks. */
const START = 0xfa75c09e;
const ASK_EVERY_MS = 100;

/**
 * Runs `work` while no other process on this database runs any: what is made once, however many processes start at
 * the same moment. The turn of a process that dies is over at once.
 */
export async function inTurn<Result>(
  kysely: Kysely<Tables>,
  work: () => Promise<Result>,
): Promise<Result> {
  return await kysely.connection().execute(async (connection) => {
    for (;;) {
      // Asked again and again: a statement that waits would meet the statement timeout.
      const { rows } = await sql<{ mine: boolean }>`
        select pg_try_advisory_lock(${START}) as mine`.execute(connection);
      if (rows[0]?.mine === true) break;
      await sleep(ASK_EVERY_MS);
    }
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${START})`.execute(connection);
    }
  });
}
