import type { IncomingMessage } from 'node:http';
import { bringsAccessToken, type SessionCache } from './authenticate.ts';
import { addressKey, clientAddress, type TrustHop } from './client-address.ts';
import { createTokenBuckets } from './token-buckets.ts';

/** How many requests beside tiles may come, in front of everything that costs something. */
export interface FloodRules {
  readonly account: { readonly perSecond: number; readonly burst: number };
  readonly address: { readonly perSecond: number; readonly burst: number };
}

/**
 * Far above what people do: a page opens with some 40 requests and then makes a few a second. Behind one address
 * a whole hospital may sign in at eight in the morning; who is signed in counts by account, not by address.
 */
export const FLOOD_RULES: FloodRules = {
  account: { perSecond: 200, burst: 6_000 },
  address: { perSecond: 200, burst: 6_000 },
};

export type FloodKind = 'account' | 'address';

export type FloodVerdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refused'; readonly by: FloodKind; readonly retryAfterSeconds: number };

/** Decides without waiting, from what is in memory. */
export type FloodGate = (request: IncomingMessage) => FloodVerdict;

export interface FloodGateNeeds {
  readonly sessions: Pick<SessionCache, 'lastKnown'>;
  readonly tokens: Pick<SessionCache, 'lastKnown'>;
  readonly trust: TrustHop;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly rules?: FloodRules;
}

const PASS: FloodVerdict = { kind: 'pass' };

/**
 * Stands before Express and the database: a flood must be refused for less than it costs its sender. It counts
 * generously; the limits of the endpoints (rate-limit.ts) are the rule, and stay.
 */
export function createFloodGate(needs: FloodGateNeeds): FloodGate {
  const { sessions, tokens, trust, now, rules = FLOOD_RULES } = needs;
  const accounts = createTokenBuckets({ ...rules.account, now });
  const addresses = createTokenBuckets({ ...rules.address, now });
  return (request) => {
    const { authorization, cookie } = request.headers;
    const accountId = bringsAccessToken(authorization)
      ? tokens.lastKnown(authorization)
      : sessions.lastKnown(cookie);
    const retryAfterSeconds =
      accountId === undefined
        ? addresses.take(addressKey(clientAddress(request, trust)))
        : accounts.take(accountId);
    if (retryAfterSeconds === 0) return PASS;
    const by = accountId === undefined ? 'address' : 'account';
    return { kind: 'refused', by, retryAfterSeconds };
  };
}
