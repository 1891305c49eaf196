import { createReadStream } from 'node:fs';
import { shuffled } from '../measure.ts';
import { type Room, tilesOfLevel } from '../room.ts';
import {
  race,
  RATE_COLUMNS,
  rateRows,
  withBare,
  worstRatio,
  writeTileFiles,
} from './served-rates.ts';

const WORKING_SET = 2_000;
const BAR = 0.9;
const SEEN = 'product, tiles seen before';
const NEW = 'product, tiles never asked for';

/** The bare server's files were just written; the slide's bytes are to be as warm. */
async function fillPageCache(path: string): Promise<void> {
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 })) {
    bytes += (chunk as Buffer).length;
  }
  if (bytes === 0) throw new Error(`nothing in ${path}`);
}

/** Tiles as the scanner compressed them, beside a bare server that sends the same bytes from files. */
export const passThroughRoom: Room = async (bench) => {
  const all = shuffled(tilesOfLevel(bench.large, 0));
  const working = all.slice(0, WORKING_SET);
  const { folder, names } = await writeTileFiles(bench, 'pass-through', working);
  await fillPageCache(bench.large.path);
  let next = WORKING_SET;
  const fresh = () => {
    const slice = all.slice(next, next + 60_000);
    next = next + 120_000 > all.length ? WORKING_SET : next + slice.length;
    return slice;
  };
  const rates = await withBare(bench, folder, (bare) =>
    race(bench, [
      { name: 'bare node:http, readFile', target: bare, paths: () => names, once: false },
      { name: SEEN, target: bench.product, paths: () => working, once: false },
      { name: NEW, target: bench.product, paths: fresh, once: true },
    ]),
  );
  const bar = (name: string) => {
    const measured = worstRatio(rates, name);
    const what = `pass-through, ${name.replace('product, ', '')}: rate beside the bare server`;
    return { what, bar: `≥ ${BAR}`, measured, unit: 'ratio', met: measured >= BAR };
  };
  return {
    title: 'Pass-through tiles',
    method: `${WORKING_SET} random tiles of level 0 of a 2 GB slide, signed in, again and again; "never asked for": random tiles of its other hundred thousand, each once, from the page cache.`,
    columns: RATE_COLUMNS,
    rows: rateRows(rates),
    bars: [bar(SEEN), bar(NEW)],
  };
};
