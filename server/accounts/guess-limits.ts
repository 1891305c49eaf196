import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors/app-error.ts';
import type { RateLimit, RateLimiter } from '../http/rate-limit.ts';
import { inScope, sql, SYSTEM, type Database } from '../storage/database.ts';
import type { GuessLimits } from './account-deps.ts';

interface Needs {
  readonly database: Database;
}

interface Counted {
  readonly guesses: number;
  readonly seconds_left: number;
}

/**
 * Counts in the database: a guesser who is sent to another process, or waits for a restart, gets no more guesses.
 * @param name tells the limits apart
 */
export function createGuessLimit(
  { database }: Needs,
  name: string,
  { points, seconds }: RateLimit,
): RateLimiter {
  const keyOf = (key: string): Buffer => createHash('sha256').update(`${name}\n${key}`).digest();

  async function count(key: string): Promise<Counted | undefined> {
    return await inScope(database, SYSTEM, async (transaction) => {
      const { rows } = await sql<Counted>`
        insert into guess_counts as known (key, guesses, ends_at)
        values (${keyOf(key)}, 1, now() + make_interval(secs => ${seconds}))
        on conflict (key) do update set
          guesses = case when known.ends_at <= now() then 1 else known.guesses + 1 end,
          ends_at = case when known.ends_at <= now() then excluded.ends_at else known.ends_at end
        returning guesses, extract(epoch from ends_at - now())::float8 as seconds_left`.execute(
        transaction,
      );
      return rows[0];
    });
  }

  return {
    consume: async (key) => {
      const counted = await count(key);
      if (counted === undefined || counted.guesses <= points) return;
      throw new AppError('request.too-many', 'too many guesses', {
        fields: { retryAfterSeconds: Math.max(1, Math.ceil(counted.seconds_left)) },
      });
    },
    refund: async (key) => {
      await inScope(database, SYSTEM, (transaction) =>
        transaction
          .updateTable('guess_counts')
          .set({ guesses: sql<number>`greatest(0, guesses - 1)` })
          .where('key', '=', keyOf(key))
          .execute(),
      );
    },
    forgive: async (key) => {
      await inScope(database, SYSTEM, (transaction) =>
        transaction
          .deleteFrom('guess_counts')
          .where((row) =>
            // Those that are over go along: nobody else clears them away.
            row.or([row('key', '=', keyOf(key)), row('ends_at', '<', sql<Date>`now()`)]),
          )
          .execute(),
      );
    },
  };
}

/** Five a minute for a name from one address; the right password forgives. */
export function createGuessLimits(needs: Needs): GuessLimits {
  return {
    accountAndAddress: createGuessLimit(needs, 'account-and-address', { points: 5, seconds: 60 }),
    // A hospital may share one address, so this one only stops lists of names being tried.
    address: createGuessLimit(needs, 'address', { points: 60, seconds: 60 }),
    account: createGuessLimit(needs, 'account', { points: 10, seconds: 900 }),
  };
}
