import { AppError } from '../../shared/errors/app-error.ts';
import type { AccountId } from '../../shared/ids.ts';
import { createFairTurns, type FairTurnsRules } from '../http/fair-turns.ts';
import { createTokenBuckets, type TokenBucketRules } from '../http/token-buckets.ts';

export interface TileShareRules {
  readonly rate: Omit<TokenBucketRules, 'now'>;
  readonly turns: FairTurnsRules;
}

/**
 * Tiles in a second: four panes that are filled anew twice a second ask for 360 (45 tiles of 256 px each); a fast
 * pan for 35. A loop that asks for more than this does not read. Under way: four panes have 32 requests out; what
 * is beyond the first waits in the account's own line.
 */
export const TILE_SHARE: TileShareRules = {
  rate: { perSecond: 600, burst: 6_000 },
  turns: { atOnce: 16, mayWait: 512 },
};

/** What one account may ask of the tiles: generous, and the same on every way to them. */
export interface TileShare {
  /** Counts one tile. 0: it may be read; else the seconds after which to ask again. */
  count(accountId: AccountId): number;
  /** Reads in the account's turn. @throws AppError 'request.too-many' when its line is full */
  inTurn<Result>(accountId: AccountId, read: () => Promise<Result>): Promise<Result>;
  /** Both. @throws AppError 'request.too-many' */
  read<Result>(accountId: AccountId, read: () => Promise<Result>): Promise<Result>;
}

export function createTileShare(rules: TileShareRules, now: () => number): TileShare {
  const buckets = createTokenBuckets({ ...rules.rate, now });
  const turns = createFairTurns(rules.turns);
  return {
    count: (accountId) => buckets.take(accountId),
    inTurn: (accountId, read) => turns.run(accountId, read),
    read: async (accountId, read) => {
      const retryAfterSeconds = buckets.take(accountId);
      if (retryAfterSeconds > 0) {
        const fields = { retryAfterSeconds };
        throw new AppError('request.too-many', 'too many tiles of one account', { fields });
      }
      return await turns.run(accountId, read);
    },
  };
}
