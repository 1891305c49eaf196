import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { SlideId } from '../../shared/ids.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { tissueTiles, writeBigSlide } from './big-slide.ts';
import { type ProductServer, startLoad, startProduct } from './processes.ts';
import { writeReport } from './report.ts';
import type { Bench, BenchFile, BenchSlide, Room, RoomResult } from './room.ts';
import { composedAloneRoom } from './rooms/composed-alone.ts';
import { composedRoom } from './rooms/composed.ts';
import { lookWhileUploadingRoom } from './rooms/look-while-uploading.ts';
import { firstTileRoom } from './rooms/first-tile.ts';
import { memoryRoom } from './rooms/memory.ts';
import { passThroughRoom } from './rooms/pass-through.ts';
import { readersRoom } from './rooms/readers.ts';

/** In this order: the first rooms want a server that has seen nothing yet. */
const ROOMS: readonly Room[] = [
  firstTileRoom,
  memoryRoom,
  passThroughRoom,
  composedRoom,
  composedAloneRoom,
  lookWhileUploadingRoom,
  readersRoom,
];

const TWO_GB = 2e9;
const SLIDES = 50;

/** The ten minutes when the readers are asked for by name, else one. */
const LONG_READING_SECONDS = 600;
const SHORT_READING_SECONDS = 60;
const QUICK_READING_SECONDS = 10;

const say = (line: string): void => console.log(line);

async function openTaken(
  product: ProductServer,
  slideId: SlideId | undefined,
  dataDir: string,
): Promise<BenchSlide> {
  const reply = await fetch(`http://127.0.0.1:${product.port}/api/slides/${slideId ?? ''}`, {
    headers: { Cookie: product.cookie },
  });
  const detail = (await reply.json()) as SlideDetail;
  if (slideId === undefined || detail.properties === null) {
    throw new Error(`the slide did not open: ${JSON.stringify(detail.status)}`);
  }
  const original = join(detail.hospitalId, detail.contentDigest ?? '', '0');
  return {
    id: slideId,
    revision: detail.revision,
    pyramid: detail.properties.pyramid,
    path: join(dataDir, 'blobs', original),
  };
}

async function takeIn(product: ProductServer, path: string, dataDir: string): Promise<BenchSlide> {
  const { slideId } = await product.order({ kind: 'take-in', path });
  return await openTaken(product, slideId, dataDir);
}

/** One large slide with all its bytes, and many whose tiles share theirs. */
async function makeSlides(
  product: ProductServer,
  [folder, dataDir]: readonly [string, string],
  { largeBytes, count }: { readonly largeBytes: number; readonly count: number },
) {
  const tiles = tissueTiles();
  const path = join(folder, 'slide.tiff');
  writeBigSlide(path, tiles, { bytes: largeBytes, stored: 'each' });
  const large = await takeIn(product, path, dataDir);
  const many: BenchSlide[] = [];
  for (let i = 0; i < count; i++) {
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

interface Choice {
  readonly quick: boolean;
  readonly only: string | undefined;
  readonly readingSeconds: number;
}

/** The readers bring slides of their own. */
function sizesFor(only: string | undefined) {
  return only === 'readers'
    ? { largeBytes: 20e6, count: 0 }
    : { largeBytes: TWO_GB, count: SLIDES };
}

/** What is worth keeping: a whole run, or the readers' ten minutes. */
function reportOf({ quick, only, readingSeconds }: Choice): 'latest' | 'readers' | undefined {
  if (only === undefined && !quick) return 'latest';
  return only === 'readers' && readingSeconds >= LONG_READING_SECONDS ? 'readers' : undefined;
}

/** Restarted before the rooms, so that taking the slides in has left nothing in its memory. */
async function bench({ quick, only, readingSeconds }: Choice): Promise<string> {
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
    const slides = await makeSlides(maker, [folder, dataDir], sizesFor(only));
    await maker.stop();
    const product = await startProduct(dataDir, firstPort, only === 'readers' ? 'usual' : 'none');
    const takeMore = async (files: readonly BenchFile[]) => {
      const { slideId } = await product.order({ kind: 'take-in-files', files });
      return await openTaken(product, slideId, dataDir);
    };
    const shared = { product, load: generator, folder, firstPort, quick, readingSeconds };
    const results = await runRooms({ ...shared, ...slides, takeIn: takeMore }, only);
    await product.stop();
    const report = reportOf({ quick, only, readingSeconds });
    const docs = report === undefined ? folder : resolve(import.meta.dirname, '../../docs/bench');
    return writeReport(docs, results, load, report);
  } finally {
    await generator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function usualSeconds(quick: boolean, only: string | undefined): number {
  if (quick) return QUICK_READING_SECONDS;
  return only === 'readers' ? LONG_READING_SECONDS : SHORT_READING_SECONDS;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, seconds: { type: 'string' } },
});
const [only] = positionals;
const readingSeconds = Number(values.seconds ?? usualSeconds(values.quick, only));
say(await bench({ quick: values.quick, only, readingSeconds }));
