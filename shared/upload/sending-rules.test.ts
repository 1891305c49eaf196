import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FIRST_CONCURRENCY,
  MOST_IN_FLIGHT,
  nextConcurrency,
  type Concurrency,
} from './concurrency.ts';
import { backOffMs, planRetry } from './retry-plan.ts';
import { addSample, bytesPerSecond, secondsLeft, type TransferSample } from './transfer-rate.ts';

const MIB = 1 << 20;

/** A line on which `share` chunks in flight fill the bandwidth: more of them only queue. */
function sendOverLine(limit: number, oneAtATime: number, bandwidth: number): number {
  return Math.min(bandwidth, oneAtATime * limit);
}

function settle(oneAtATime: number, bandwidth: number): Concurrency {
  let state = FIRST_CONCURRENCY;
  for (let window = 0; window < 6; window += 1) {
    const rate = sendOverLine(state.limit, oneAtATime, bandwidth);
    state = nextConcurrency(state, { bytes: rate, elapsedMs: 1000, lost: 0 });
  }
  return state;
}

describe('chunks in flight', () => {
  test('a long line with few bytes in the air gets more of them', () => {
    expect(settle(1 * MIB, 20 * MIB).limit).toBe(MOST_IN_FLIGHT);
  });

  test('a line that two chunks fill gets hardly more', () => {
    expect(settle(2 * MIB, 4 * MIB).limit).toBeLessThanOrEqual(4);
  });

  test('loss halves the number, and it never leaves its bounds', () => {
    expect(
      nextConcurrency({ ...FIRST_CONCURRENCY, limit: 5 }, { bytes: 0, elapsedMs: 9, lost: 1 })
        .limit,
    ).toBe(2);
    const anyWindow = fc.record({
      bytes: fc.nat(1e9),
      elapsedMs: fc.nat(1e5),
      lost: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(anyWindow), (windows) => {
        const end = windows.reduce(nextConcurrency, FIRST_CONCURRENCY);
        expect(end.limit).toBeGreaterThanOrEqual(1);
        expect(end.limit).toBeLessThanOrEqual(MOST_IN_FLIGHT);
      }),
    );
  });
});

describe('what follows a failure', () => {
  const refused = (status: number, code: string, retryAfterMs: number | null = null) =>
    planRetry({ kind: 'refused', status, code, retryAfterMs }, 0, 0.5);

  test('no answer waits for the network', () => {
    expect(planRetry({ kind: 'network' }, 0, 0.5).kind).toBe('wait-for-network');
  });

  test('a full disk waits for room, as long as the server asks', () => {
    expect(refused(507, 'upload.disk-full', 7000)).toEqual({
      kind: 'wait-for-room',
      delayMs: 7000,
    });
  });

  test('a damaged chunk is sent again at once, but not for ever', () => {
    expect(refused(422, 'upload.digest-mismatch')).toEqual({
      kind: 'again',
      delayMs: 0,
      askFirst: false,
    });
    const failure = {
      kind: 'refused',
      status: 422,
      code: 'upload.digest-mismatch',
      retryAfterMs: null,
    } as const;
    expect(planRetry(failure, 8, 0.5).kind).toBe('give-up');
  });

  test('after a failure of the server the chunk may be durable: ask before sending', () => {
    expect(refused(503, 'server.unavailable')).toMatchObject({ kind: 'again', askFirst: true });
    expect(refused(429, 'request.too-many')).toMatchObject({ kind: 'again', askFirst: false });
  });

  test('what cannot get better is given up with its code', () => {
    expect(refused(404, 'request.not-found')).toEqual({
      kind: 'give-up',
      code: 'request.not-found',
    });
  });

  test('pauses grow, never beyond half a minute, and never vanish', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const delayMs = backOffMs(attempt, random);
          expect(delayMs).toBeGreaterThanOrEqual(250);
          expect(delayMs).toBeLessThanOrEqual(30_000);
          expect(backOffMs(attempt + 1, random)).toBeGreaterThanOrEqual(delayMs);
        },
      ),
    );
  });
});

describe('speed and time left', () => {
  test('is what came through in the last ten seconds', () => {
    let samples: TransferSample[] = [];
    for (let second = 1; second <= 30; second += 1) {
      samples = addSample(samples, { atMs: second * 1000, bytes: second <= 15 ? 0 : 2 * MIB });
    }
    expect(samples).toHaveLength(10);
    expect(bytesPerSecond(samples, 30_000, 0)).toBe(2 * MIB);
    expect(secondsLeft(10 * MIB, 2 * MIB)).toBe(5);
  });

  test('is unknown before anything came through', () => {
    expect(bytesPerSecond([], 0, 0)).toBe(0);
    expect(secondsLeft(1, 0)).toBeNull();
    expect(secondsLeft(0, 0)).toBe(0);
  });
});
