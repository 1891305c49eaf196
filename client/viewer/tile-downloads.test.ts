import { describe, expect, it } from 'vitest';
import type { RequestPlan } from './request-plan.ts';
import type { TileAnswer, TileOutcome } from './tile-answer.ts';
import { TileDownloads } from './tile-downloads.ts';

interface Flight {
  readonly paths: readonly string[];
  readonly signal: AbortSignal;
  readonly land: (path: string, answer: TileAnswer) => void;
  readonly finish: () => void;
}

const ALONE: RequestPlan = { parallel: 2, streams: 2, tilesEach: 1 };

/** A line that answers when the test says so, and a clock that the test turns. */
function makeBench(plan: RequestPlan = ALONE, kept = new Map<string, Blob>()) {
  const flights: Flight[] = [];
  const tasks: { atMs: number; task: () => void }[] = [];
  let nowMs = 0;
  const downloads = new TileDownloads<string>(
    {
      fetchTiles: (paths, signal, onAnswer) =>
        new Promise((resolve) =>
          flights.push({ paths, signal, land: onAnswer, finish: () => resolve() }),
        ),
      decode: (blob) => Promise.resolve<TileOutcome<string>>({ kind: 'image', image: blob.type }),
      recall: (path) => kept.get(path),
      forget: (path) => void kept.delete(path),
      batchOf: (path) => path.split(' ')[0] ?? '',
      plan: () => plan,
      planAhead: () => ({ ...plan, streams: 1 }),
      later: (delayMs, task) => {
        const entry = { atMs: nowMs + delayMs, task };
        tasks.push(entry);
        return () => void tasks.splice(tasks.indexOf(entry), tasks.includes(entry) ? 1 : 0);
      },
    },
    { backOffMs: [100, 200, 400], timeoutMs: 1000 },
  );
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  }
  async function pass(ms: number): Promise<void> {
    nowMs += ms;
    for (const due of tasks.filter((entry) => entry.atMs <= nowMs)) {
      if (tasks.includes(due)) tasks.splice(tasks.indexOf(due), 1);
      due.task();
    }
    await settle();
  }
  /** Answers one tile; the request ends with its last one. */
  async function land(path: string, answer: TileAnswer): Promise<void> {
    const flight = flights.find((one) => one.paths.includes(path) && !one.signal.aborted);
    if (flight === undefined) throw new Error(`${path} is not in flight`);
    flight.land(path, answer);
    if (flight.paths.at(-1) === path) {
      flights.splice(flights.indexOf(flight), 1);
      flight.finish();
    }
    await settle();
  }
  function wish(path: string, urgency = 0, how: 'request' | 'requestAhead' = 'request') {
    const seen = { wanted: true, ends: [] as TileOutcome<string>[], abandoned: 0 };
    downloads[how]({
      path,
      isWanted: () => seen.wanted,
      urgency: () => urgency,
      onEnd: (end) => seen.ends.push(end),
      onAbandoned: () => void (seen.abandoned += 1),
    });
    return seen;
  }
  const asked = () => flights.filter((flight) => !flight.signal.aborted).map(({ paths }) => paths);
  return { downloads, flights, asked, pass, land, wish, settle };
}

const ONE_AT_A_TIME = { parallel: 1, streams: 1, tilesEach: 1 };
const IN_ONE_REPLY = { parallel: 2, streams: 1, tilesEach: 4 };
const blob = new Blob([], { type: 'pixels' });
const picture = { kind: 'image', blob } as const;
const image = { kind: 'image', image: 'pixels' } as const;
const broken = { kind: 'failed', code: 'network.unreachable' } as const;

describe('tile downloads', () => {
  it('keep to their number in flight, the most urgent first', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    bench.wish('edge', 9);
    bench.wish('first', 0);
    bench.wish('centre', 1);
    await bench.settle();
    expect(bench.asked()).toEqual([['first']]);
    await bench.land('first', picture);
    expect(bench.asked()).toEqual([['centre']]);
  });

  it('abort what went out of sight, and begin what is seen instead', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    const gone = bench.wish('gone');
    bench.wish('seen', 1);
    await bench.settle();
    const signal = bench.flights[0]?.signal;
    gone.wanted = false;
    bench.downloads.dropUnwanted();
    await bench.settle();
    expect(signal?.aborted).toBe(true);
    expect(gone.abandoned).toBe(1);
    expect(bench.asked()).toEqual([['seen']]);
  });

  it('never begin what went out of sight in the queue', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    bench.wish('a');
    const gone = bench.wish('b', 1);
    await bench.settle();
    gone.wanted = false;
    await bench.land('a', picture);
    expect(bench.asked()).toEqual([]);
    expect(gone.abandoned).toBe(1);
  });

  it('retry three times with growing pauses and then say so', async () => {
    const bench = makeBench();
    const tile = bench.wish('tile');
    await bench.settle();
    for (const pauseMs of [100, 200, 400]) {
      await bench.land('tile', broken);
      expect(bench.asked()).toEqual([]);
      await bench.pass(pauseMs - 1);
      expect(bench.asked()).toEqual([]);
      await bench.pass(1);
    }
    expect(tile.ends).toEqual([]);
    await bench.land('tile', broken);
    expect(tile.ends).toEqual([broken]);
  });

  it('leave their place to others while they pause', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    bench.wish('flaky');
    bench.wish('sound', 9);
    await bench.settle();
    await bench.land('flaky', broken);
    expect(bench.asked()).toEqual([['sound']]);
  });

  it('do not retry what the server refused or has not got yet', async () => {
    const bench = makeBench();
    const damaged = bench.wish('damaged');
    const later = bench.wish('later');
    await bench.settle();
    await bench.land('damaged', { kind: 'refused', code: 'tile.unreadable' });
    await bench.land('later', { kind: 'not-arrived', chunks: [7] });
    expect(damaged.ends).toEqual([{ kind: 'refused', code: 'tile.unreadable' }]);
    expect(later.ends).toEqual([{ kind: 'not-arrived', chunks: [7] }]);
  });

  it('give up on an answer that does not come, and retry', async () => {
    const bench = makeBench();
    bench.wish('slow');
    await bench.settle();
    const signal = bench.flights[0]?.signal;
    await bench.pass(1000);
    expect(signal?.aborted).toBe(true);
    await bench.pass(100);
    expect(bench.asked()).toEqual([['slow']]);
  });

  it('end with the screen: nothing stays in flight', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    const a = bench.wish('a');
    const b = bench.wish('b');
    await bench.settle();
    const signal = bench.flights[0]?.signal;
    bench.downloads.dispose();
    expect(signal?.aborted).toBe(true);
    expect([a.abandoned, b.abandoned]).toEqual([1, 1]);
  });

  it('are not asked for when they lie at hand', async () => {
    const bench = makeBench(ALONE, new Map([['kept', blob]]));
    const kept = bench.wish('kept');
    await bench.settle();
    expect(bench.flights).toEqual([]);
    expect(kept.ends).toEqual([image]);
  });
});

describe('tiles in one reply', () => {
  it('are asked for together, the most urgent first, of one slide only', async () => {
    const bench = makeBench(IN_ONE_REPLY);
    bench.wish('slide edge', 9);
    bench.wish('slide centre', 1);
    bench.wish('other tile', 2);
    await bench.settle();
    expect(bench.asked()).toEqual([['slide centre', 'slide edge'], ['other tile']]);
  });

  it('end each by itself: one that is damaged holds up none', async () => {
    const bench = makeBench(IN_ONE_REPLY);
    const [damaged, sound] = [bench.wish('s 1', 1), bench.wish('s 2', 2)];
    await bench.settle();
    await bench.land('s 1', { kind: 'refused', code: 'tile.unreadable' });
    expect(damaged.ends).toEqual([{ kind: 'refused', code: 'tile.unreadable' }]);
    await bench.land('s 2', picture);
    expect(sound.ends).toEqual([image]);
  });

  it('go on coming while one of them is wanted, and are aborted when none is', async () => {
    const bench = makeBench(IN_ONE_REPLY);
    const [near, far] = [bench.wish('s near', 1), bench.wish('s far', 2)];
    await bench.settle();
    const signal = bench.flights[0]?.signal;
    near.wanted = false;
    bench.downloads.dropUnwanted();
    expect([near.abandoned, signal?.aborted]).toEqual([1, false]);
    far.wanted = false;
    bench.downloads.dropUnwanted();
    expect([far.abandoned, signal?.aborted]).toEqual([1, true]);
  });
});

describe('tiles that nobody sees yet', () => {
  it('wait until nothing that is seen waits', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    bench.wish('ahead', 0, 'requestAhead');
    bench.wish('seen', 5);
    await bench.settle();
    expect(bench.asked()).toEqual([['seen']]);
    await bench.land('seen', picture);
    expect(bench.asked()).toEqual([['ahead']]);
  });

  it('give way to what is seen, and come afterwards', async () => {
    const bench = makeBench(ONE_AT_A_TIME);
    const ahead = bench.wish('ahead', 0, 'requestAhead');
    await bench.settle();
    const signal = bench.flights[0]?.signal;
    bench.wish('seen', 5);
    await bench.settle();
    expect(signal?.aborted).toBe(true);
    expect(ahead.abandoned).toBe(0);
    await bench.land('seen', picture);
    expect(bench.asked()).toEqual([['ahead']]);
  });

  it('are drawn from what is under way when the reader gets there first', async () => {
    const bench = makeBench(IN_ONE_REPLY);
    bench.wish('s 1', 1, 'requestAhead');
    bench.wish('s 2', 2, 'requestAhead');
    await bench.settle();
    const seen = bench.wish('s 1');
    await bench.settle();
    expect(bench.asked()).toEqual([['s 1', 's 2']]);
    await bench.land('s 1', picture);
    expect(seen.ends).toEqual([image]);
  });
});
