import { createHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Pyramid } from '../../../shared/slide/pyramid.ts';
import { readCases, type View } from './read-case.ts';
import { openSingleRequests, type OpenTileLine, type TileAnswer } from './tile-line.ts';
import { tileNumber, tilesOfView } from './view-tiles.ts';

export interface ReadersOrder {
  readonly port: number;
  /** One a reader. */
  readonly cookies: readonly string[];
  readonly slides: readonly { readonly path: string; readonly pyramid: Pyramid }[];
  readonly seconds: number;
  /** Readers sit down one after the other over this time. */
  readonly arriveSeconds: number;
  readonly fetch: keyof typeof LINES;
}

export interface Spread {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface ReadersResult {
  /** From the moment that a view asked for a tile to its last byte: waiting in the reader's own queue included. */
  readonly asked: Spread;
  /** From the request's first byte to the answer's last. */
  readonly wire: Spread;
  /** Lateness of the generator's own timers. */
  readonly ownDelay: Spread;
  readonly tiles: number;
  readonly views: number;
  readonly bytes: number;
  readonly failed: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Tiles that had not come when the time was over. */
  readonly outstanding: number;
  readonly perSecond: number;
  /** Share of one core that this process took. */
  readonly cpuShare: number;
}

/** How a reader's tiles travel. */
const LINES = { single: openSingleRequests } satisfies Record<string, OpenTileLine>;

/** After the last view, tiles under way may still come for so long. */
const FINISH_MS = 5_000;

/** Microseconds in, milliseconds out. */
function openSpread() {
  const histogram = createHistogram();
  return {
    add: (ms: number) => histogram.record(Math.max(1, Math.round(ms * 1_000))),
    read: (): Spread => ({
      p50Ms: histogram.percentile(50) / 1_000,
      p95Ms: histogram.percentile(95) / 1_000,
      p99Ms: histogram.percentile(99) / 1_000,
      maxMs: histogram.max / 1_000,
    }),
  };
}

function openTally() {
  const asked = openSpread();
  const wire = openSpread();
  const statuses: Record<string, number> = {};
  const counts = { tiles: 0, views: 0, bytes: 0, failed: 0, asked: 0 };
  return {
    counts,
    add: (wantedMs: number, { status, bytes, wireMs }: TileAnswer): void => {
      counts.tiles++;
      counts.bytes += bytes;
      asked.add(performance.now() - wantedMs);
      wire.add(wireMs);
      if (status === 200) return;
      counts.failed++;
      statuses[status] = (statuses[status] ?? 0) + 1;
    },
    read: () => ({ asked: asked.read(), wire: wire.read(), statuses }),
  };
}

type Tally = ReturnType<typeof openTally>;

/**
 * One reader at work. The plan never waits: a view asks at its time, whether the one before has come or not, and
 * nothing that was asked for is given up, so that a slow server cannot hide by being asked less.
 */
function seatReader(
  order: ReadersOrder,
  tally: Tally,
  { index, startMs, endMs }: { index: number; startMs: number; endMs: number },
) {
  const line = LINES[order.fetch]({ port: order.port, cookie: order.cookies[index] ?? '' });
  // As a browser: what it has seen it does not ask for again.
  const seen = order.slides.map(() => new Set<number>());
  const pyramids = order.slides.map(({ pyramid }) => pyramid);
  const views = readCases(pyramids, index + 1);
  const ask = (view: View, wantedMs: number): void => {
    const slide = order.slides[view.slide];
    const cache = seen[view.slide];
    if (slide === undefined || cache === undefined) return;
    const paths: string[] = [];
    for (const tile of tilesOfView(slide.pyramid, view)) {
      const number = tileNumber(view.level, tile);
      if (cache.has(number)) continue;
      cache.add(number);
      paths.push(`${slide.path}/${view.level}/${tile.column}/${tile.row}`);
    }
    tally.counts.views++;
    tally.counts.asked += paths.length;
    line.ask(paths, (answer) => tally.add(wantedMs, answer));
  };
  const step = (view: View): void => {
    const wantedMs = startMs + view.atMs;
    if (wantedMs >= endMs) return;
    setTimeout(
      () => {
        ask(view, wantedMs);
        step(views.next().value as View); // without end
      },
      Math.max(0, wantedMs - performance.now()),
    );
  };
  step(views.next().value as View); // without end
  return line;
}

async function read(order: ReadersOrder): Promise<ReadersResult> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const begunMs = performance.now();
  const endMs = begunMs + order.seconds * 1_000;
  const tally = openTally();
  const lines = order.cookies.map((_, index) => {
    const startMs = begunMs + (order.arriveSeconds * 1_000 * index) / order.cookies.length;
    return seatReader(order, tally, { index, startMs, endMs });
  });
  await new Promise((resolve) => setTimeout(resolve, order.seconds * 1_000));
  const { counts } = tally;
  const spentMs = performance.now() - begunMs;
  const cpu = process.cpuUsage(cpuBefore);
  for (let waited = 0; waited < FINISH_MS && counts.tiles < counts.asked; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const outstanding = counts.asked - counts.tiles;
  const result = tally.read();
  const { tiles, views, bytes, failed } = counts;
  for (const line of lines) line.close();
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 10);
  return {
    ...result,
    tiles,
    views,
    bytes,
    failed,
    outstanding,
    ownDelay: {
      p50Ms: ms(delay.percentile(50)),
      p95Ms: ms(delay.percentile(95)),
      p99Ms: ms(delay.percentile(99)),
      maxMs: ms(delay.max),
    },
    perSecond: (tiles / spentMs) * 1_000,
    cpuShare: (cpu.user + cpu.system) / 1_000 / spentMs,
  };
}

process.on('message', (order) => {
  void read(order as ReadersOrder).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
