import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Actor } from '../../shared/access/can.ts';
import { TOKEN_PATTERN, TOKEN_PREFIX } from '../../shared/access/token.ts';
import { AccountId } from '../../shared/ids.ts';

/** Over https. The prefix binds it to this host, to Secure and to Path=/ (RFC 6265bis 4.1.3.2). */
export const SECURE_COOKIE = '__Host-farscope';
/** Over plain http on a loopback or LAN demo, where a browser would drop the other one. */
export const PLAIN_COOKIE = 'farscope';

/** A sign-in that is in force: who, and what the server must still ask of them. */
export interface SignIn {
  readonly actor: Actor;
  /** 16 hex digits; names the sign-in to its owner, never lets anyone in. */
  readonly id: string;
  /** Only session.* endpoints answer until the password is changed. */
  readonly mustChangePassword: boolean;
  /** Milliseconds since the epoch: idle and absolute end, whichever comes first. */
  readonly endsAtMs: number;
}

/** Loads a sign-in by the SHA-256 of its token, and notes that it was seen (at most once a minute). */
export type LoadSignIn = (tokenDigest: Uint8Array) => Promise<SignIn | undefined>;

/** What ends cached sign-ins at once. Processes tell each other. */
export const SessionEnd = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), accountId: AccountId }),
  z.object({ kind: z.literal('sign-in'), id: z.string() }),
  z.object({ kind: z.literal('all') }),
]);
export type SessionEnd = z.infer<typeof SessionEnd>;

export interface SessionCache {
  /**
   * The actor of a Cookie header from memory, without waiting; undefined when it is not (or no longer)
   * known here, or when its owner must first change the password. Then `resolve` decides.
   */
  peek(cookieHeader: string | undefined): Actor | undefined;
  /**
   * Whose sign-in this was when it was last looked at. For counting requests, never for letting anyone in: it
   * may have run out since.
   */
  lastKnown(cookieHeader: string | undefined): AccountId | undefined;
  /** The actor, from memory or the database; undefined: not signed in, or must change the password. */
  resolve(cookieHeader: string | undefined): Promise<Actor | undefined>;
  /** The whole sign-in, for the endpoints that work before the password is changed. */
  identify(cookieHeader: string | undefined): Promise<SignIn | undefined>;
  /** Forgets at once what is ended: sign-out, disabled account, changed role or password. */
  drop(end: SessionEnd): void;
}

export interface SessionCacheNeeds {
  readonly loadSignIn: LoadSignIn;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a sign-in is believed without asking the database. */
  readonly cacheMs?: number;
  /** Whether the cookie of plain http counts. */
  readonly acceptPlain: boolean;
  /** The token of the header that this cache is asked with; left out: of a Cookie header. */
  readonly readToken?: (header: string | undefined) => string | undefined;
}

interface Entry {
  readonly signIn: SignIn;
  readonly untilMs: number;
  /** From here on the database is asked again, while the sign-in is still believed. */
  renewMs: number;
}

/** After this share of its time a sign-in that is in use is loaded again, so that its owner never waits for it. */
const RENEW_AFTER = 0.6;

const MAX_ENTRIES = 10_000;
/** base64url of 32 bytes. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

function valueOf(cookieHeader: string, name: string): string | undefined {
  const wanted = `${name}=`;
  let from = 0;
  while (from < cookieHeader.length) {
    const semicolon = cookieHeader.indexOf(';', from);
    const end = semicolon === -1 ? cookieHeader.length : semicolon;
    while (cookieHeader[from] === ' ') from++;
    if (cookieHeader.startsWith(wanted, from)) return cookieHeader.slice(from + wanted.length, end);
    from = end + 1;
  }
  return undefined;
}

/** The session token of a Cookie header, when it has the form of one. */
export function sessionTokenOf(
  cookieHeader: string | undefined,
  acceptPlain: boolean,
): string | undefined {
  if (cookieHeader === undefined) return undefined;
  const plain = acceptPlain ? valueOf(cookieHeader, PLAIN_COOKIE) : undefined;
  const token = valueOf(cookieHeader, SECURE_COOKIE) ?? plain;
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

const BEARER = /^Bearer +(\S+) *$/i;

/** The access token of an Authorization header (RFC 6750, 2.1), when it has the form of one of ours. */
export function accessTokenOf(authorization: string | undefined): string | undefined {
  const token = BEARER.exec(authorization ?? '')?.[1];
  return token !== undefined && TOKEN_PATTERN.test(token) ? token : undefined;
}

/** Whether the caller is a program with an access token, in force or not: no cookie counts then. */
export function bringsAccessToken(authorization: string | undefined): boolean {
  return (BEARER.exec(authorization ?? '')?.[1] ?? '').startsWith(TOKEN_PREFIX);
}

/** Only this is stored: who reads the database cannot sign in with it. */
export function tokenDigest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

function isEnded(signIn: SignIn, end: SessionEnd): boolean {
  if (end.kind === 'all') return true;
  return end.kind === 'account' ? signIn.actor.accountId === end.accountId : signIn.id === end.id;
}

/** The sign-ins that are believed at the moment, by token. */
function createEntries({ now, cacheMs = 10_000 }: Pick<SessionCacheNeeds, 'now' | 'cacheMs'>) {
  const entries = new Map<string, Entry>();
  return {
    known: (token: string): SignIn | undefined => {
      const entry = entries.get(token);
      if (entry === undefined) return undefined;
      // One that has run out stays to be counted by, until it is loaded again or makes room.
      return now() < entry.untilMs ? entry.signIn : undefined;
    },
    last: (token: string): SignIn | undefined => entries.get(token)?.signIn,
    /** Whether it is time to load this one again; says so once. */
    isDue: (token: string): boolean => {
      const entry = entries.get(token);
      if (entry === undefined || now() < entry.renewMs) return false;
      entry.renewMs = entry.untilMs;
      return true;
    },
    forget: (token: string): void => {
      entries.delete(token);
    },
    keep: (token: string, signIn: SignIn): void => {
      if (entries.size >= MAX_ENTRIES) {
        const oldest = entries.keys().next().value;
        if (oldest !== undefined) entries.delete(oldest);
      }
      entries.delete(token);
      const nowMs = now();
      const untilMs = Math.min(nowMs + cacheMs, signIn.endsAtMs);
      entries.set(token, { signIn, untilMs, renewMs: nowMs + (untilMs - nowMs) * RENEW_AFTER });
    },
    drop: (end: SessionEnd): void => {
      for (const [token, { signIn }] of entries) if (isEnded(signIn, end)) entries.delete(token);
    },
  };
}

/** Whom a sign-in lets act; nobody while the password must be changed. */
function actorOf(signIn: SignIn | undefined): Actor | undefined {
  return signIn === undefined || signIn.mustChangePassword ? undefined : signIn.actor;
}

/** Sign-ins that were asked for in the last seconds. Tiles come by the dozen; the database need not. */
export function createSessionCache(needs: SessionCacheNeeds): SessionCache {
  const { loadSignIn, acceptPlain } = needs;
  const readToken = needs.readToken ?? ((header) => sessionTokenOf(header, acceptPlain));
  const entries = createEntries(needs);
  const loading = new Map<string, Promise<SignIn | undefined>>();
  // A load that began before an end must not put the ended sign-in back.
  let generation = 0;

  async function load(token: string): Promise<SignIn | undefined> {
    const begun = generation;
    try {
      const signIn = await loadSignIn(tokenDigest(token));
      if (signIn === undefined) entries.forget(token);
      else if (begun === generation) entries.keep(token, signIn);
      return signIn;
    } finally {
      loading.delete(token);
    }
  }

  /** Once for all who ask at the same time. */
  function loadOnce(token: string): Promise<SignIn | undefined> {
    const pending = loading.get(token) ?? load(token);
    loading.set(token, pending);
    return pending;
  }

  async function identify(cookieHeader: string | undefined): Promise<SignIn | undefined> {
    const token = readToken(cookieHeader);
    if (token === undefined) return undefined;
    return entries.known(token) ?? (await loadOnce(token));
  }

  return {
    identify,
    peek: (cookieHeader) => {
      const token = readToken(cookieHeader);
      if (token === undefined) return undefined;
      const signIn = entries.known(token);
      if (signIn !== undefined && entries.isDue(token)) {
        // A database that is away: the sign-in is believed to its end, and the next load says why not.
        loadOnce(token).catch(() => undefined);
      }
      return actorOf(signIn);
    },
    lastKnown: (cookieHeader) => {
      const token = readToken(cookieHeader);
      return token === undefined ? undefined : entries.last(token)?.actor.accountId;
    },
    resolve: async (cookieHeader) => actorOf(await identify(cookieHeader)),
    drop: (end) => {
      generation++;
      // A load under way may hold the ended sign-in: who asks next must ask the database again.
      loading.clear();
      entries.drop(end);
    },
  };
}
