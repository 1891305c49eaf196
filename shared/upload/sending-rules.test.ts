import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chunksPerParcel,
  FIRST_PACE,
  flightBytes,
  type LinePace,
  MOST_IN_FLIGHT,
  MOST_PARCEL_BYTES,
  noteLoss,
  noteParcel,
  parcelBytes,
  shouldGoAlone,
} from './line-pace.ts';
import { backOffMs, planRetry } from './retry-plan.ts';
import { addSample, bytesPerSecond, secondsLeft, type TransferSample } from './transfer-rate.ts';

const MIB = 1 << 20;
const CHUNK = 65_536;

interface Line {
  readonly bytesPerSecond: number;
  readonly roundTripMs: number;
}

interface Flying {
  readonly bytes: number;
  readonly isAlone: boolean;
  readonly sentMs: number;
  readonly ackMs: number;
  readonly deliveredBefore: number;
  readonly deliveredBeforeMs: number;
}

interface Sent {
  readonly pace: LinePace;
  /** Share of what the line could carry: from the first byte on, and over each half of the parcels. */
  readonly used: number;
  readonly halves: readonly [number, number];
  readonly waitMs: number;
}

/** Sends over a line that carries so much, one byte after the other, and says how the line was used. */
function sendOver(line: Line, parcels: number, lateMs: () => number = () => 0): Sent {
  let pace = FIRST_PACE;
  let nowMs = 0;
  let freeMs = 0;
  let [delivered, deliveredMs] = [0, 0];
  const flying: Flying[] = [];
  const send = (): void => {
    const bytes = chunksPerParcel(parcelBytes(pace), CHUNK) * CHUNK;
    freeMs = Math.max(nowMs, freeMs) + (1000 * bytes) / line.bytesPerSecond;
    const ackMs = Math.max(freeMs + line.roundTripMs + lateMs(), flying.at(-1)?.ackMs ?? 0);
    const before = {
      deliveredBefore: delivered,
      deliveredBeforeMs: flying.length === 0 ? nowMs : deliveredMs,
    };
    const isAlone = flying.length === 0;
    flying.push({ bytes, isAlone, sentMs: nowMs, ackMs, ...before });
  };
  const underWay = (): number => flying.reduce((sum, { bytes }) => sum + bytes, 0);
  const isAsking = (): boolean => flying.some(({ isAlone }) => isAlone);
  const hasRoom = (): boolean =>
    flying.length === 0 ||
    (flying.length < MOST_IN_FLIGHT &&
      (!shouldGoAlone(pace) || isAsking()) &&
      underWay() + parcelBytes(pace) <= flightBytes(pace));
  let waitMs = 0;
  let [halfBytes, halfMs] = [0, 0];
  const share = (bytes: number, ms: number): number => (bytes * 1000) / ms / line.bytesPerSecond;
  for (let sent = 0; sent < parcels; ) {
    for (; hasRoom(); sent += 1) send();
    waitMs = freeMs - nowMs;
    const first = flying.shift();
    if (first === undefined) break;
    nowMs = first.ackMs;
    delivered += first.bytes;
    deliveredMs = nowMs;
    if (sent * 2 <= parcels) [halfBytes, halfMs] = [delivered, nowMs];
    pace = noteParcel(pace, {
      isAlone: first.isAlone,
      elapsedMs: nowMs - first.sentMs,
      deliveredBytes: delivered - first.deliveredBefore,
      deliveredMs: nowMs - first.deliveredBeforeMs,
    });
  }
  const halves = [share(halfBytes, halfMs), share(delivered - halfBytes, nowMs - halfMs)] as const;
  return { pace, used: share(delivered, nowMs), halves, waitMs };
}

describe('how much is sent at once', () => {
  const anyLine = fc.record({
    bytesPerSecond: fc.integer({ min: 30_000, max: 12_500_000 }),
    roundTripMs: fc.integer({ min: 10, max: 300 }),
  });

  test('the line is kept full, whatever it carries and however long it is', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        expect(sendOver(line, 300).used).toBeGreaterThan(0.7);
      }),
    );
  });

  test('a server that answers now sooner, now later, does not make it send less and less', () => {
    fc.assert(
      fc.property(anyLine, fc.infiniteStream(fc.integer({ min: 0, max: 300 })), (line, late) => {
        const lateMs = (): number => late.next().value as number;
        const [first, second] = sendOver(line, 600, lateMs).halves;
        expect(second).toBeGreaterThan(0.8 * first);
        expect(second).toBeGreaterThan(0.4);
      }),
    );
  });

  test('what a reader asks for waits for little that was sent before it', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        const chunkMs = (1000 * CHUNK) / line.bytesPerSecond;
        // What the line itself holds is not waited for: it is on its way while the wish is.
        const mostMs = 3.2 * Math.max(100, chunkMs, line.roundTripMs);
        expect(sendOver(line, 300).waitMs).toBeLessThanOrEqual(mostMs);
      }),
    );
  });

  test('at 20 Mbit/s and 100 ms a request carries a twentieth of a second, and four fill the line', () => {
    const { pace } = sendOver({ bytesPerSecond: 2.5e6, roundTripMs: 100 }, 100);
    expect(chunksPerParcel(parcelBytes(pace), CHUNK)).toBe(2);
    expect(flightBytes(pace)).toBeGreaterThan(0.35e6);
    expect(flightBytes(pace)).toBeLessThan(0.8e6);
  });

  test('a fast line gets large parcels, and they never leave their bounds', () => {
    const { pace } = sendOver({ bytesPerSecond: 120e6, roundTripMs: 10 }, 300);
    expect(parcelBytes(pace)).toBe(MOST_PARCEL_BYTES);
    expect(chunksPerParcel(1, CHUNK)).toBe(1);
  });

  test('loss halves it', () => {
    const { pace } = sendOver({ bytesPerSecond: 2.5e6, roundTripMs: 100 }, 100);
    expect(flightBytes(noteLoss(pace))).toBeLessThan(0.6 * flightBytes(pace));
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
