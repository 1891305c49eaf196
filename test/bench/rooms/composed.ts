import { shuffled } from '../measure.ts';
import { type Room, tilesOfLevel } from '../room.ts';
import { race, RATE_COLUMNS, rateRows, withBare, writeTileFiles } from './served-rates.ts';

const WORKING_SET = 600;

/** Tiles of a level that the file lacks: decoded, halved, encoded; then kept. */
export const composedRoom: Room = async (bench) => {
  const all = shuffled(tilesOfLevel(bench.large, 1));
  const working = all.slice(0, WORKING_SET);
  const { folder, names } = await writeTileFiles(bench, 'composed', working);
  let next = WORKING_SET;
  const fresh = () => {
    const slice = all.slice(next, next + 400);
    next += 400;
    return slice;
  };
  const rates = await withBare(bench, folder, (bare) =>
    race(bench, [
      { name: 'bare node:http, readFile', target: bare, paths: () => names, once: false },
      {
        name: 'product, composed before (memory, disk cache)',
        target: bench.product,
        paths: () => working,
        once: false,
      },
      {
        name: 'product, composed for the first time',
        target: bench.product,
        paths: fresh,
        once: true,
      },
    ]),
  );
  return {
    title: 'Composed tiles',
    method: `Tiles of 512 px at half resolution, of 16 stored tiles each. "Before": ${WORKING_SET} tiles, more than memory keeps. The first time ends after 400 tiles a round.`,
    columns: RATE_COLUMNS,
    rows: rateRows(rates),
    bars: [],
  };
};
