import { hash, verify, type Options } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: argon2id (the package's default), m = 19 MiB, t = 2, p = 1. */
const ARGON2ID: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of the hash. Without a hash (no such account) it takes the same time
   * and is false, so that an answer's time does not say which names exist.
   */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** Runs at most `atOnce` pieces of work; the others wait in line. */
function createTurnstile(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= atOnce) await new Promise<void>((enter) => void waiting.push(enter));
    else inside++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place is handed on, so that nobody slips in between.
      if (next === undefined) inside--;
      else next();
    }
  };
}

/** NFKC, so that one password typed on two keyboards is one (NIST SP 800-63B 5.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

/** Each hash takes 19 MiB and a core for some 10 ms: two at once, whatever the number of callers. */
export function createPasswordHasher(): PasswordHasher {
  const inTurn = createTurnstile(2);
  const decoy = hash('a password that nobody has', ARGON2ID);
  return {
    hash: (password) => inTurn(() => hash(normalised(password), ARGON2ID)),
    matches: async (passwordHash, password) => {
      const against = passwordHash ?? (await decoy);
      const same = await inTurn(() => verify(against, normalised(password)));
      return same && passwordHash !== undefined;
    },
  };
}
