import { AppError } from '../../shared/errors/app-error.ts';

export interface FairTurnsRules {
  /** Pieces of work of one account that may be under way at once. */
  readonly atOnce: number;
  /** Pieces that may wait for their turn; one more is refused. */
  readonly mayWait: number;
}

/** Lets each account have only so much under way; the rest of it waits in that account's own line. */
export interface FairTurns {
  /** @throws AppError 'request.too-many' when the account's line is full */
  run<Result>(account: string, work: () => Promise<Result>): Promise<Result>;
  /** Accounts that have something under way. */
  size(): number;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

export function createFairTurns({ atOnce, mayWait }: FairTurnsRules): FairTurns {
  const lines = new Map<string, Line>();

  /** Resolves when it is this one's turn; the place is handed on by who leaves. */
  function enter(line: Line): Promise<void> | undefined {
    if (line.running < atOnce) {
      line.running++;
      return undefined;
    }
    if (line.waiting.length >= mayWait) {
      throw new AppError('request.too-many', 'too many tiles of one account wait', {
        fields: { retryAfterSeconds: 1 },
      });
    }
    return new Promise((begin) => line.waiting.push(begin));
  }

  function leave(account: string, line: Line): void {
    const next = line.waiting.shift();
    if (next !== undefined) next();
    else if (--line.running === 0) lines.delete(account);
  }

  return {
    run: async (account, work) => {
      const known = lines.get(account);
      const line = known ?? { running: 0, waiting: [] };
      if (known === undefined) lines.set(account, line);
      const turn = enter(line);
      if (turn !== undefined) await turn;
      try {
        return await work();
      } finally {
        leave(account, line);
      }
    },
    size: () => lines.size,
  };
}
