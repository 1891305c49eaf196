import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../shared/errors/app-error.ts';

export interface RateLimit {
  readonly points: number;
  readonly seconds: number;
}

export interface RateLimiter {
  /** @throws AppError 'request.too-many' with the seconds to wait */
  consume(key: string): Promise<void>;
  /** Gives back one, for what turned out to be right. */
  refund(key: string): Promise<void>;
  /** Gives back all that was taken. */
  forgive(key: string): Promise<void>;
}

/** Counts in the memory of this process: a restart forgives, and each process counts for itself. */
export function createRateLimiter({ points, seconds }: RateLimit): RateLimiter {
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    consume: async (key) => {
      try {
        await limiter.consume(key);
      } catch (cause) {
        if (!(cause instanceof RateLimiterRes)) throw cause;
        throw new AppError('request.too-many', 'rate limit', {
          fields: { retryAfterSeconds: Math.max(1, Math.ceil(cause.msBeforeNext / 1000)) },
        });
      }
    },
    refund: async (key) => {
      await limiter.reward(key, 1);
    },
    forgive: async (key) => {
      await limiter.delete(key);
    },
  };
}

/** A person who leafs fast through slides stays far below; a loop gone wild does not. Tiles are apart. */
export const SIGNED_LIMIT: RateLimit = { points: 12_000, seconds: 60 };
/** A whole hospital may stand behind one address. */
export const UNSIGNED_LIMIT: RateLimit = { points: 1_200, seconds: 60 };
/** A program with an access token: a viewer that asks for tiles, or an uploader. */
export const TOKEN_LIMIT: RateLimit = { points: 6_000, seconds: 60 };
