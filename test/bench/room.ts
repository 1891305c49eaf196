import type { SlideId } from '../../shared/ids.ts';
import type { Pyramid } from '../../shared/slide/pyramid.ts';
import type { LoadGenerator, ProductServer } from './processes.ts';

/** What one room of the bench measured: a table, and the bars of the product that it tells about. */
export interface RoomResult {
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly method: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly what: string;
  readonly bar: string;
  readonly measured: number;
  readonly unit: string;
  readonly met: boolean;
}

export interface BenchSlide {
  readonly id: SlideId;
  readonly revision: number;
  readonly pyramid: Pyramid;
  /** Where its original lies. */
  readonly path: string;
}

/** What all rooms share: the product with its slides, and a load generator. */
export interface Bench {
  readonly product: ProductServer;
  readonly load: LoadGenerator;
  /** 2 GB, every tile with bytes of its own. */
  readonly large: BenchSlide;
  /** 50 of 2 GB each, sparse. */
  readonly many: readonly BenchSlide[];
  readonly folder: string;
  readonly firstPort: number;
  /** Fewer rounds and seconds, to see that it works. */
  readonly quick: boolean;
  /** How long the readers read. */
  readonly readingSeconds: number;
  /** Takes one more slide in. */
  readonly takeIn: (files: readonly BenchFile[]) => Promise<BenchSlide>;
}

/** A file of a slide: what it is called inside, and where it lies. */
export interface BenchFile {
  readonly path: string;
  readonly at: string;
}

/** Measures one thing. A new thing is a new file in rooms/ and a line in run.ts. */
export type Room = (bench: Bench) => Promise<RoomResult>;

export function tileUrl(slide: BenchSlide, level: number, column: number, row: number): string {
  return `/api/slides/${slide.id}/tiles/${slide.revision}/${level}/${column}/${row}`;
}

/** All addresses of a served level, row by row. */
export function tilesOfLevel(slide: BenchSlide, level: number): string[] {
  const served = slide.pyramid.levels[level];
  if (served === undefined) throw new Error(`no level ${level}`);
  const columns = Math.ceil(served.widthPx / served.tileWidthPx);
  const rows = Math.ceil(served.heightPx / served.tileHeightPx);
  return Array.from({ length: columns * rows }, (_, index) =>
    tileUrl(slide, level, index % columns, Math.floor(index / columns)),
  );
}

export async function fetchTile(
  { product }: Pick<Bench, 'product'>,
  path: string,
): Promise<Buffer> {
  const reply = await fetch(`http://127.0.0.1:${product.port}${path}`, {
    headers: { Cookie: product.cookie },
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  if (reply.status !== 200) throw new Error(`${reply.status} ${path} ${bytes.toString()}`);
  return bytes;
}
