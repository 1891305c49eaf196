import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { type LayoutId, LAYOUTS, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';

/** A good slide of one or several files, small enough to be mutated a thousand times a second. */
export interface Seed {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/** Sides in pixels: several tiles, several levels, and little to encode. */
const WIDTH = 300;
const HEIGHT = 200;
const TILE = 64;

/** Large by nature; its parser is that of `ndpi`. */
const LEFT_OUT: ReadonlySet<LayoutId> = new Set(['ndpi-wide']);

function layoutSeed(folder: string, layout: LayoutId): Seed {
  const path = join(folder, `${layout}${LAYOUTS[layout].extension}`);
  const { paths } = writeAddressedSlide(path, { layout, width: WIDTH, height: HEIGHT, tile: TILE });
  const files = paths.map((at) => ({
    path: basename(at),
    bytes: new Uint8Array(readFileSync(at)),
  }));
  return { name: layout, files };
}

function fileSeed(path: string, bytes: Uint8Array): Seed {
  return { name: path, files: [{ path, bytes }] };
}

async function pictureSeeds(): Promise<readonly Seed[]> {
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: '#c8a' } });
  return Promise.all(
    (['jpeg', 'png', 'webp', 'tiff'] as const).map(async (format) =>
      fileSeed(
        `picture.${format}`,
        new Uint8Array(await picture.clone().toFormat(format).toBuffer()),
      ),
    ),
  );
}

/** Formats that are told by their first bytes only. */
function namedSeeds(): readonly Seed[] {
  const text = (path: string, content: string) => fileSeed(path, new TextEncoder().encode(content));
  return [
    text('slide.czi', 'ZISRAWFILE\0\0\0\0\0\0'),
    text('slide.vms', '[Virtual Microscope Specimen]\r\nNoLayers=1\r\n'),
    text('slide.isyntax', '<DataObject ObjectType="DPUfsImport"><Attribute/></DataObject>'),
    text('slide.svs', 'This is text that somebody named .svs'),
  ];
}

/** Writes one small slide in each layout and reads it back. */
export async function makeSeeds(): Promise<readonly Seed[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const layouts = (Object.keys(LAYOUTS) as LayoutId[]).filter((id) => !LEFT_OUT.has(id));
    const written = layouts.map((layout) => layoutSeed(folder, layout));
    return [...written, ...(await pictureSeeds()), ...namedSeeds()];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
