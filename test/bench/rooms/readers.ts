import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDemoSlides } from '../../../fixtures/make-demo.ts';
import { tissueTiles, writeBigSlide } from '../big-slide.ts';
import { shuffled } from '../measure.ts';
import { startReaders } from '../processes.ts';
import type { ProductReply } from '../product-process.ts';
import { READING_PACE } from '../readers/reading-pace.ts';
import type { ReadersResult, Spread } from '../readers/readers-process.ts';
import { type Bench, type BenchSlide, type Room, tilesOfLevel } from '../room.ts';

/** The busiest published network's peak: Henan province, 220 to 300 concurrent users. */
const READERS = 300;
const HOSPITALS = 8;
const OTHER_SLIDES = 8;
const OTHER_BYTES = 300e6;
const ARRIVE_SECONDS = 20;
const BAR_MS = 250;
/** How much more memory the last third may take than the first: garbage collection moves it about. */
const FLAT = 1.1;
const SAMPLES = 60;
/** Caches fill and code is compiled meanwhile: of a shorter run the first half. */
const WARM_UP_MS = 60_000;
/** Before that it cannot be told whether memory stays where it is. */
const LONG_SECONDS = 300;

/** The demo's slides, a section of 40,000 x 30,000 px among them, and others of that size. */
async function makeSlides(bench: Bench): Promise<BenchSlide[]> {
  const outDir = join(bench.folder, 'readers');
  const slides: BenchSlide[] = [];
  for (const { fileNames } of await makeDemoSlides({ outDir, small: bench.quick })) {
    // A flat picture is pyramided by a worker, which the bench does not start.
    if (fileNames[0]?.endsWith('.jpg') === true) continue;
    slides.push(
      await bench.takeIn(fileNames.map((name) => ({ path: name, at: join(outDir, name) }))),
    );
  }
  const tiles = tissueTiles();
  for (let index = 0; index < (bench.quick ? 1 : OTHER_SLIDES); index++) {
    const at = join(outDir, `other-${index}.tiff`);
    const bytes = (bench.quick ? 30e6 : OTHER_BYTES) + index * 4e6;
    writeBigSlide(at, shuffled(tiles, index + 1), { bytes, stored: 'each' });
    slides.push(await bench.takeIn([{ path: 'slide.tiff', at }]));
  }
  return slides;
}

/** Asks once for every tile that must be composed, as if each slide had been read before. */
async function composeBefore({ load, product }: Bench, slides: readonly BenchSlide[]) {
  const paths = slides.flatMap((slide) =>
    slide.pyramid.levels.flatMap((level, index) =>
      level.fileLevel === null ? tilesOfLevel(slide, index) : [],
    ),
  );
  const { port, cookie } = product;
  const order = { port, cookie, connections: 6, paths: shuffled(paths), once: true, seconds: 900 };
  const result = await load.run(order);
  if (result.failed > 0) throw new Error(`${result.failed} tiles could not be composed`);
  return result.requests;
}

async function prepare(bench: Bench) {
  const slides = await makeSlides(bench);
  return { slides, composed: await composeBefore(bench, slides) };
}

interface Sample extends ProductReply {
  readonly atMs: number;
  readonly busyMs: number;
}

/** Time that the machine's cores were not idle: hundredths of a second (proc(5), /proc/stat). */
function busyMs(): number {
  const [, ...fields] = (readFileSync('/proc/stat', 'latin1').split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = fields.map(Number);
  return (user + nice + system + irq + softirq) * 10;
}

/** Memory, processor time and loop delay of the server, at even times while `work` goes on. */
async function watch<Result>(
  { product }: Bench,
  everyMs: number,
  work: Promise<Result>,
): Promise<{ result: Result; samples: Sample[] }> {
  const state = { over: false };
  const samples: Sample[] = [];
  const ended = work.finally(() => {
    state.over = true;
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, everyMs));
  while (!state.over) {
    const vitals = await product.order({ kind: 'vitals' });
    samples.push({ ...vitals, atMs: performance.now(), busyMs: busyMs() });
    await Promise.race([pause(), ended]);
  }
  return { result: await ended, samples };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Megabytes of the server and its decode processes, in the first and the last third after the warm-up. */
function memoryOf(samples: readonly Sample[]) {
  const [beginMs = 0, endMs = 0] = [samples[0]?.atMs, samples.at(-1)?.atMs];
  const warmMs = beginMs + Math.min(WARM_UP_MS, (endMs - beginMs) / 2);
  const megabytesOf = ({ serverBytes = 0, decodeBytes = 0 }: Sample) =>
    (serverBytes + decodeBytes) / 1e6;
  const warm = samples.filter(({ atMs }) => atMs >= warmMs).map(megabytesOf);
  const third = Math.max(1, Math.floor(warm.length / 3));
  return {
    begin: samples[0] === undefined ? Number.NaN : megabytesOf(samples[0]),
    warmSeconds: Math.round((warmMs - beginMs) / 1_000),
    first: mean(warm.slice(0, third)),
    last: mean(warm.slice(-third)),
    most: Math.max(...samples.map(megabytesOf)),
  };
}

/** Shares of one core. */
function processorOf(samples: readonly Sample[], generator: number) {
  const [first] = samples;
  const last = samples.at(-1);
  const spentMs = (last?.atMs ?? 0) - (first?.atMs ?? 0);
  const grown = (pick: (sample: Sample) => number | undefined) =>
    ((last === undefined ? 0 : (pick(last) ?? 0)) -
      (first === undefined ? 0 : (pick(first) ?? 0))) /
    spentMs;
  const decode = grown(({ decodeCpuMs }) => decodeCpuMs);
  const server = grown(({ cpuMs }) => cpuMs) - decode;
  const rest = grown((sample) => sample.busyMs) - server - decode - generator;
  return { server, decode, generator, rest };
}

function spreadRow(name: string, { p50Ms, p95Ms, p99Ms, maxMs }: Spread) {
  return [name, p50Ms, p95Ms, p99Ms, maxMs];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function rowsOf(result: ReadersResult, samples: readonly Sample[]) {
  const memory = memoryOf(samples);
  const cores = processorOf(samples, result.cpuShare);
  const delays = samples.slice(1).map(({ loopDelay }) => loopDelay);
  const worst = (pick: 'p99Ms' | 'maxMs') => Math.max(...delays.map((one) => one?.[pick] ?? 0));
  const note = (name: string, value: string) => [name, value, '', '', ''];
  return [
    spreadRow('tile, from the moment its view asked, ms', result.asked),
    spreadRow('tile, from request to last byte, ms', result.wire),
    spreadRow("lateness of the generator's timers, ms", result.ownDelay),
    ['lateness of the server’s timers, worst sample, ms', '', '', worst('p99Ms'), worst('maxMs')],
    note('tiles', `${result.tiles}, ${Math.round(result.perSecond)} a second`),
    note('views', `${result.views}, ${(result.bytes / 1e6).toFixed(0)} MB in all`),
    note(
      'not answered with 200',
      `${result.failed} ${result.failed === 0 ? '' : JSON.stringify(result.statuses)}, not come in time ${result.outstanding}`,
    ),
    note(
      'memory of server and decode processes, MB',
      `at the start ${memory.begin.toFixed(0)}; after ${memory.warmSeconds} s: first third ${memory.first.toFixed(0)}, last third ${memory.last.toFixed(0)}; most ${memory.most.toFixed(0)}`,
    ),
    note(
      'processor, of one core',
      `server ${percent(cores.server)}, decode ${percent(cores.decode)}, generator ${percent(cores.generator)}, PostgreSQL and the rest ${percent(cores.rest)}`,
    ),
  ];
}

function barsOf(result: ReadersResult, samples: readonly Sample[], seconds: number) {
  const errors = result.failed + result.outstanding;
  const growth = memoryOf(samples).last / memoryOf(samples).first;
  const whom = `${READERS} readers for ${seconds} s`;
  const memory = {
    what: `${whom}: memory once warm, last third to first`,
    bar: `≤ ${FLAT}`,
    measured: growth,
    unit: 'ratio',
    met: growth <= FLAT,
  };
  return [
    {
      what: `${whom}: p99 tile`,
      bar: `≤ ${BAR_MS} ms`,
      measured: result.asked.p99Ms,
      unit: 'ms',
      met: result.asked.p99Ms <= BAR_MS,
    },
    { what: `${whom}: errors`, bar: '0', measured: errors, unit: 'ratio', met: errors === 0 },
    ...(seconds < LONG_SECONDS ? [] : [memory]),
  ];
}

/** A network's busiest hour on one machine: many readers, each at a slide of a case. */
export const readersRoom: Room = async (bench) => {
  const { product, readingSeconds: seconds, quick } = bench;
  const { slides, composed } = await prepare(bench);
  const plan = { readers: READERS, hospitals: HOSPITALS, slideIds: slides.map(({ id }) => id) };
  const { cookies = [] } = await product.order({ kind: 'readers', readers: plan });
  const generator = startReaders();
  try {
    const reading = generator.run({
      port: product.port,
      cookies,
      seconds,
      arriveSeconds: quick ? 2 : ARRIVE_SECONDS,
      fetch: 'single',
      slides: slides.map(({ id, revision, pyramid }) => ({
        path: `/api/slides/${id}/tiles/${revision}`,
        pyramid,
      })),
    });
    const everyMs = Math.max(500, (seconds * 1_000) / SAMPLES);
    const { result, samples } = await watch(bench, everyMs, reading);
    const { pane, slideSeconds } = READING_PACE;
    return {
      title: `${READERS} readers for ${seconds} s`,
      method: `Each with a sign-in of their own, from ${HOSPITALS} hospitals that borrow ${slides.length} slides (the demo set, and others of about 40,000 x 30,000 px); ${slideSeconds} s a slide, 1.25x, 5x, 20x, 40x and back, some 25 fields a minute in a pane of ${pane.widthPx} x ${pane.heightPx} px, over six connections; a tile that was seen is not asked for again, nothing asked for is given up, and a view never waits for the one before. The pace and its sources: test/bench/readers/reading-pace.ts. The ${composed} tiles of levels that the files lack had been composed before, as the server does by itself after an upload. Server, PostgreSQL and the load generator share the two cores. The full form is ten minutes (\`npm run bench -- readers\`).`,
      columns: ['what', 'p50', 'p95', 'p99', 'most'],
      rows: rowsOf(result, samples),
      bars: barsOf(result, samples, seconds),
    };
  } finally {
    await generator.stop();
  }
};
