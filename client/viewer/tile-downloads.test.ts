import { describe, expect, it } from 'vitest';
import { TileDownloads, type TileEnd, type TileOutcome } from './tile-downloads.ts';

interface Flight {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly land: (outcome: TileOutcome<string>) => void;
}

/** A line that answers when the test says so, and a clock that the test turns. */
function makeBench(parallel = 2) {
  const flights: Flight[] = [];
  const tasks: { atMs: number; task: () => void }[] = [];
  let nowMs = 0;
  const downloads = new TileDownloads<string>(
    {
      loadTile: (path, signal) =>
        new Promise((resolve) => flights.push({ path, signal, land: resolve })),
      later: (delayMs, task) => {
        const entry = { atMs: nowMs + delayMs, task };
        tasks.push(entry);
        return () => void tasks.splice(tasks.indexOf(entry), tasks.includes(entry) ? 1 : 0);
      },
    },
    { parallel, backOffMs: [100, 200, 400], timeoutMs: 1000 },
  );
  async function pass(ms: number): Promise<void> {
    nowMs += ms;
    for (const due of tasks.filter((entry) => entry.atMs <= nowMs)) {
      if (tasks.includes(due)) tasks.splice(tasks.indexOf(due), 1);
      due.task();
    }
    await Promise.resolve();
  }
  async function land(path: string, outcome: TileOutcome<string>): Promise<void> {
    const flight = flights.find((one) => one.path === path);
    if (flight === undefined) throw new Error(`${path} is not in flight`);
    flights.splice(flights.indexOf(flight), 1);
    flight.land(outcome);
    await Promise.resolve();
    await Promise.resolve();
  }
  function wish(path: string, urgency = 0) {
    const seen = { wanted: true, ends: [] as TileEnd<string>[], abandoned: 0 };
    downloads.request({
      path,
      isWanted: () => seen.wanted,
      urgency: () => urgency,
      onEnd: (end) => seen.ends.push(end),
      onAbandoned: () => void (seen.abandoned += 1),
    });
    return seen;
  }
  return { downloads, flights, pass, land, wish };
}

const image = { kind: 'image', image: 'pixels' } as const;
const broken = { kind: 'failed', code: 'network.unreachable' } as const;

describe('tile downloads', () => {
  it('keep to their number in flight, the most urgent first', async () => {
    const bench = makeBench(1);
    bench.wish('first', 5);
    bench.wish('edge', 9);
    bench.wish('centre', 1);
    expect(bench.flights.map((flight) => flight.path)).toEqual(['first']);
    await bench.land('first', image);
    expect(bench.flights.map((flight) => flight.path)).toEqual(['centre']);
  });

  it('abort what went out of sight, and begin what is seen instead', () => {
    const bench = makeBench(1);
    const gone = bench.wish('gone');
    bench.wish('seen');
    const signal = bench.flights[0]?.signal;
    gone.wanted = false;
    bench.downloads.dropUnwanted();
    expect(signal?.aborted).toBe(true);
    expect(gone.abandoned).toBe(1);
    expect(bench.flights.at(-1)?.path).toBe('seen');
  });

  it('never begin what went out of sight in the queue', async () => {
    const bench = makeBench(1);
    bench.wish('a');
    const gone = bench.wish('b');
    gone.wanted = false;
    await bench.land('a', image);
    expect(bench.flights).toEqual([]);
    expect(gone.abandoned).toBe(1);
  });

  it('retry three times with growing pauses and then say so', async () => {
    const bench = makeBench();
    const tile = bench.wish('tile');
    for (const pauseMs of [100, 200, 400]) {
      await bench.land('tile', broken);
      expect(bench.flights).toEqual([]);
      await bench.pass(pauseMs - 1);
      expect(bench.flights).toEqual([]);
      await bench.pass(1);
    }
    expect(tile.ends).toEqual([]);
    await bench.land('tile', broken);
    expect(tile.ends).toEqual([broken]);
  });

  it('leave their place to others while they pause', async () => {
    const bench = makeBench(1);
    bench.wish('flaky');
    bench.wish('sound', 9);
    await bench.land('flaky', broken);
    expect(bench.flights.map((flight) => flight.path)).toEqual(['sound']);
  });

  it('do not retry what the server refused or has not got yet', async () => {
    const bench = makeBench();
    const damaged = bench.wish('damaged');
    const later = bench.wish('later');
    await bench.land('damaged', { kind: 'refused', code: 'tile.unreadable' });
    await bench.land('later', { kind: 'not-arrived', chunks: [7] });
    expect(damaged.ends).toEqual([{ kind: 'refused', code: 'tile.unreadable' }]);
    expect(later.ends).toEqual([{ kind: 'not-arrived', chunks: [7] }]);
  });

  it('give up on an answer that does not come, and retry', async () => {
    const bench = makeBench();
    bench.wish('slow');
    const signal = bench.flights[0]?.signal;
    await bench.pass(1000);
    expect(signal?.aborted).toBe(true);
    await bench.pass(100);
    expect(bench.flights.filter((flight) => flight.path === 'slow')).toHaveLength(2);
  });

  it('end with the pane: nothing stays in flight', () => {
    const bench = makeBench(1);
    const a = bench.wish('a');
    const b = bench.wish('b');
    const signal = bench.flights[0]?.signal;
    bench.downloads.dispose();
    expect(signal?.aborted).toBe(true);
    expect([a.abandoned, b.abandoned]).toEqual([1, 1]);
  });
});
