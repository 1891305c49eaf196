import { shuffled } from '../measure.ts';
import { type Room, tilesOfLevel } from '../room.ts';

const BAR_BYTES = 400e6;
const TILES_A_LEVEL = 25;

/** Memory with fifty slides open, tiles of every level of each having been looked at. */
export const memoryRoom: Room = async ({ product, load, many }) => {
  const before = await product.order({ kind: 'memory' });
  const paths = many.flatMap((slide, index) =>
    slide.pyramid.levels.flatMap((served, level) =>
      served.fileLevel === null && index >= 10
        ? []
        : shuffled(tilesOfLevel(slide, level), index).slice(0, TILES_A_LEVEL),
    ),
  );
  const { port, cookie } = product;
  const asked = { port, cookie, connections: 8, paths: shuffled(paths), once: true };
  const result = await load.run({ ...asked, seconds: 120 });
  if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
  const after = await product.order({ kind: 'memory' });
  const megabytes = (bytes = 0) => bytes / 1e6;
  const server = after.serverBytes ?? Number.NaN;
  return {
    title: 'Memory with 50 slides of 2 GB open',
    method: `Resident memory after ${result.requests} random tiles, up to ${TILES_A_LEVEL} of every level of each slide, the composed levels of ten. PostgreSQL is not counted.`,
    columns: ['when', 'server MB', 'decode processes MB'],
    rows: [
      ['before', megabytes(before.serverBytes), megabytes(before.decodeBytes)],
      ['with 50 slides open', megabytes(server), megabytes(after.decodeBytes)],
    ],
    bars: [
      {
        what: 'server memory with 50 slides of 2 GB open',
        bar: '< 400 MB',
        measured: megabytes(server),
        unit: 'MB',
        met: server < BAR_BYTES,
      },
    ],
  };
};
