import { createRateLimiter } from '../http/rate-limit.ts';
import type { GuessLimits } from './account-deps.ts';

/** Five a minute for a name from one address; the right password forgives. */
export function createGuessLimits(): GuessLimits {
  return {
    accountAndAddress: createRateLimiter({ points: 5, seconds: 60 }),
    // A hospital may share one address, so this one only stops lists of names being tried.
    address: createRateLimiter({ points: 60, seconds: 60 }),
    account: createRateLimiter({ points: 10, seconds: 900 }),
  };
}
