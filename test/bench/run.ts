import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tissueTiles, writeBigSlide } from './big-slide.ts';
import { type ProductServer, startLoad, startProduct } from './processes.ts';
import { writeReport } from './report.ts';
import type { Bench, BenchSlide, Room, RoomResult } from './room.ts';
import { takeIn } from './take-in.ts';
import { composedAloneRoom } from './rooms/composed-alone.ts';
import { composedRoom } from './rooms/composed.ts';
import { firstTileRoom } from './rooms/first-tile.ts';
import { memoryRoom } from './rooms/memory.ts';
import { passThroughRoom } from './rooms/pass-through.ts';
import { slowLineRoom } from './rooms/slow-line.ts';

/** In this order: the first rooms want a server that has seen nothing yet. */
const ROOMS: readonly Room[] = [
  firstTileRoom,
  memoryRoom,
  passThroughRoom,
  composedRoom,
  composedAloneRoom,
  slowLineRoom,
];

const TWO_GB = 2e9;
const SLIDES = 50;

const say = (line: string): void => console.log(line);

/** One large slide with all its bytes, and many whose tiles share theirs. */
async function makeSlides(product: ProductServer, folder: string, dataDir: string) {
  const tiles = tissueTiles();
  const path = join(folder, 'slide.tiff');
  writeBigSlide(path, tiles, { bytes: TWO_GB, stored: 'each' });
  const large = await takeIn(product, path, dataDir);
  const many: BenchSlide[] = [];
  for (let i = 0; i < SLIDES; i++) {
    writeBigSlide(path, tiles, { bytes: TWO_GB, stored: 'shared' });
    many.push(await takeIn(product, path, dataDir));
  }
  return { large, many };
}

async function runRooms(bench: Bench, only: string | undefined): Promise<RoomResult[]> {
  const results: RoomResult[] = [];
  for (const room of ROOMS) {
    if (only !== undefined && !room.name.includes(only)) continue;
    const result = await room(bench);
    results.push(result);
    say(`${result.title}: done`);
  }
  return results;
}

/** Restarted before the rooms, so that taking the slides in has left nothing in its memory. */
async function bench(quick: boolean, only: string | undefined): Promise<string> {
  const load = loadavg()[0] ?? 0;
  const base = process.env['BENCH_DIR'] ?? tmpdir();
  const folder = mkdtempSync(join(base, 'farscope-bench-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const firstPort = Number(process.env['BENCH_PORT'] ?? 4300);
  const generator = startLoad();
  try {
    say('making slides');
    const maker = await startProduct(dataDir, firstPort);
    const slides = await makeSlides(maker, folder, dataDir);
    await maker.stop();
    const product = await startProduct(dataDir, firstPort);
    const shared = { product, load: generator, folder, dataDir, firstPort, quick };
    const results = await runRooms({ ...shared, ...slides }, only);
    await product.stop();
    const docs =
      quick || only !== undefined ? folder : resolve(import.meta.dirname, '../../docs/bench');
    return writeReport(docs, results, load);
  } finally {
    await generator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const parameters = process.argv.slice(2);
const only = parameters.find((parameter) => !parameter.startsWith('--'));
say(await bench(parameters.includes('--quick'), only));
