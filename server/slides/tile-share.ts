import type { FairTurnsRules } from '../http/fair-turns.ts';
import type { TokenBucketRules } from '../http/token-buckets.ts';

/**
 * Tiles of one account. Four panes that are filled anew twice a second ask for 360 (45 tiles of 256 px each); a
 * fast pan for 35. A loop that asks for more than this does not read.
 */
export const TILE_RATE: Omit<TokenBucketRules, 'now'> = { perSecond: 600, burst: 6_000 };

/** Four panes have 32 requests under way; what is beyond the first waits in the account's own line. */
export const TILE_TURNS: FairTurnsRules = { atOnce: 16, mayWait: 512 };
