import { spawnSync } from 'node:child_process';
import { median } from '../measure.ts';
import { type Bench, type BenchSlide, fetchTile, type Room, tileUrl } from '../room.ts';

const BAR_MS = 150;

/** Takes one file out of the page cache; the machine's other files stay. */
function dropFromPageCache(path: string): boolean {
  const dd = spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
  return dd.status === 0;
}

async function msOf(bench: Bench, path: string): Promise<number> {
  const begun = performance.now();
  await fetchTile(bench, path);
  return performance.now() - begun;
}

function middle(slide: BenchSlide, level: number): string {
  const served = slide.pyramid.levels[level];
  if (served === undefined) throw new Error(`no level ${level}`);
  const column = Math.floor(served.widthPx / served.tileWidthPx / 2);
  return tileUrl(slide, level, column, column);
}

/** The first tile of a slide that nobody has opened since the server started. */
export const firstTileRoom: Room = async (bench) => {
  const slides = bench.many.slice(0, 30);
  const measured = { first: [] as number[], open: [] as number[], composed: [] as number[] };
  let dropped = true;
  for (const slide of [bench.large, ...slides]) dropped = dropFromPageCache(slide.path) && dropped;
  const veryFirst = await msOf(bench, middle(bench.large, 0));
  for (const [index, slide] of slides.entries()) {
    if (index % 2 === 0) measured.first.push(await msOf(bench, middle(slide, 0)));
    else measured.composed.push(await msOf(bench, middle(slide, 1)));
  }
  for (const slide of bench.many.slice(0, 30)) {
    measured.open.push(await msOf(bench, middle(slide, 2)));
  }
  const worst = Math.max(veryFirst, ...measured.first);
  const row = (name: string, values: readonly number[]) => [
    name,
    values.length,
    median(values),
    Math.max(...values),
  ];
  return {
    title: 'First tile of a 2 GB slide',
    method: `Over HTTP, signed in. Handles and caches of the server are empty${dropped ? ', and the files were taken out of the page cache before' : '; the page cache may hold the files'}. The very first also finds the program's code cold.`,
    columns: ['what', 'slides', 'median ms', 'slowest ms'],
    rows: [
      ['very first tile after the server started', 1, veryFirst, veryFirst],
      ['first tile of a slide, passed through', ...row('', measured.first).slice(1)],
      ['first tile of a slide, composed', ...row('', measured.composed).slice(1)],
      ['another level of an open slide', ...row('', measured.open).slice(1)],
    ],
    bars: [
      {
        what: 'first tile after a cold start, slowest',
        bar: `≤ ${BAR_MS} ms`,
        measured: worst,
        unit: 'ms',
        met: worst <= BAR_MS,
      },
    ],
  };
};
