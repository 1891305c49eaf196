export interface TokenBucketRules {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** What a bucket holds when it is full, as it is at first. */
  readonly burst: number;
  /** Milliseconds since the epoch, or of any clock that does not go back. */
  readonly now: () => number;
}

/** A bucket of tokens for each key. Without promises: it stands in front of every request. */
export interface TokenBuckets {
  /** Takes one token. 0: taken; else the whole seconds after which one is there again, at least 1. */
  take(key: string): number;
  /** Keys that are remembered at the moment. */
  size(): number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Who sends from many addresses must not fill the memory. */
const MAX_KEYS = 20_000;
/** Room is made for many at once: looking through all keys for each new one would be a flood of its own. */
const KEPT_KEYS = 15_000;

/** Counts in the memory of this process: each process counts for itself. */
export function createTokenBuckets({ perSecond, burst, now }: TokenBucketRules): TokenBuckets {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, nowMs: number): void {
    const grown = (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + grown);
    bucket.atMs = nowMs;
  }

  /** A full bucket is as good as none; if all are in use, the oldest goes. */
  function makeRoom(nowMs: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, nowMs);
      if (bucket.tokens >= burst) buckets.delete(key);
    }
    for (const key of buckets.keys()) {
      if (buckets.size <= KEPT_KEYS) return;
      buckets.delete(key);
    }
  }

  function bucketOf(key: string, nowMs: number): Bucket {
    const known = buckets.get(key);
    if (known !== undefined) return known;
    if (buckets.size >= MAX_KEYS) makeRoom(nowMs);
    const bucket = { tokens: burst, atMs: nowMs };
    buckets.set(key, bucket);
    return bucket;
  }

  return {
    take: (key) => {
      const nowMs = now();
      const bucket = bucketOf(key, nowMs);
      refill(bucket, nowMs);
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
      bucket.tokens--;
      return 0;
    },
    size: () => buckets.size,
  };
}
