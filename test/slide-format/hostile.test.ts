import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type LayoutId, writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { AppError, describeError } from '../../shared/errors/app-error.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import { exerciseSlide } from '../fuzz/exercise.ts';
import { dicomFile, type DicomPart, item, sequence, text, uint16, uint32 } from './tiny-dicom.ts';
import { type TinyTag, tinyTiff } from './tiny-tiff.ts';

async function refusal(bytes: Uint8Array, path = 'slide.svs'): Promise<AppError> {
  const outcome: unknown = await openSlide([{ path, source: bytesSource(bytes) }]).catch(
    (error: unknown) => error,
  );
  if (!(outcome instanceof AppError)) throw new Error(`not refused: ${JSON.stringify(outcome)}`);
  return outcome;
}

const SMALL: readonly TinyTag[] = [
  [256, 4, [64]],
  [257, 4, [64]],
  [258, 3, [8, 8, 8]],
  [259, 3, [1]],
  [262, 3, [2]],
  [277, 3, [3]],
  [322, 4, [64]],
  [323, 4, [64]],
  [324, 4, [8]],
  [325, 4, [64]],
];

function withTag(tag: number, type: number, values: readonly number[]): readonly TinyTag[] {
  return [...SMALL.filter(([known]) => known !== tag), [tag, type, values] as const];
}

describe('a hostile TIFF', () => {
  test('whose directory points at itself is refused', async () => {
    const error = await refusal(tinyTiff([SMALL], { nextOfLast: 'first' }));
    expect(error).toMatchObject({ code: 'format.damaged', fields: { reason: 'directory-loop' } });
  });

  test('whose SubIFD is its own directory is refused', async () => {
    const error = await refusal(tinyTiff([withTag(330, 4, [8])]));
    expect(error).toMatchObject({ code: 'format.damaged', fields: { reason: 'directory-loop' } });
  });

  test('with more than 1,000 directories is refused', async () => {
    const pages = Array.from({ length: 1_001 }, () => SMALL);
    expect(await refusal(tinyTiff(pages))).toMatchObject({ code: 'format.too-large' });
  });

  test('with 65,535 tags is refused before they are read', async () => {
    const bytes = tinyTiff([SMALL]);
    new DataView(bytes.buffer).setUint16(8, 65_535, true);
    expect(await refusal(bytes)).toMatchObject({
      code: 'format.too-large',
      fields: { what: 'tags' },
    });
  });

  test.each([
    ['a side of 4,000,001 px', withTag(256, 4, [4_000_001]), 'format.too-large'],
    ['a side of 0 px', withTag(256, 4, [0]), 'format.damaged'],
    ['tiles of 65,536 px', withTag(322, 4, [65_536]), 'format.too-large'],
    ['a million tiles and one offset', withTag(257, 4, [3_999_936]), 'format.damaged'],
    ['five channels', withTag(277, 3, [5]), 'format.unsupported-layout'],
    ['16-bit samples', withTag(258, 3, [16, 16, 16]), 'format.unsupported-layout'],
    ['CMYK', withTag(262, 3, [5]), 'format.unsupported-layout'],
    ['JPEG XR', withTag(259, 3, [34_934]), 'format.unsupported-compression'],
    ['an unknown compression', withTag(259, 3, [12_345]), 'format.unsupported-compression'],
  ])('with %s is refused', async (_, tags, code) => {
    expect((await refusal(tinyTiff([tags]))).code).toBe(code);
  });

  test('whose offset table lies beyond its end is refused', async () => {
    const bytes = tinyTiff([withTag(324, 4, [1, 2, 3])], { valuesAt: { 324: 0x7fff_fff0 } });
    expect((await refusal(bytes)).code).toBe('format.truncated');
  });

  test('whose tile lies beyond its end opens, and the tile is refused', async () => {
    const source = bytesSource(tinyTiff([withTag(324, 4, [0x7fff_fff0])]));
    const opened = await openSlide([{ path: 'a.tif', source }]);
    if (opened.kind !== 'pyramid') throw new Error(opened.kind);
    await expect(opened.image.levels[0]?.locateTile(0, 0)).rejects.toMatchObject({
      code: 'format.truncated',
    });
  });

  test('with entities, nesting or nonsense in its OME-XML is refused', async () => {
    for (const xml of [
      '<!DOCTYPE x [<!ENTITY a "b">]><OME >&a;</OME>',
      `<OME >${'<Image>'.repeat(500)}`,
      '<OME ></OME>',
    ]) {
      const characters = [...new TextEncoder().encode(`${xml}\0`)];
      const error = await refusal(tinyTiff([withTag(270, 2, characters)]));
      expect(error.code).toMatch(/^format\.(damaged|too-large)$/);
    }
  });
});

describe('a hostile picture', () => {
  test('text named .svs is not known', async () => {
    expect((await refusal(new TextEncoder().encode('hello, this is text'))).code).toBe(
      'format.unknown',
    );
    expect((await refusal(new Uint8Array())).code).toBe('format.unknown');
  });

  test('a PNG of 100,000 x 100,000 px is refused by its header', async () => {
    const png = new Uint8Array(64);
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    new DataView(png.buffer).setUint32(16, 100_000);
    new DataView(png.buffer).setUint32(20, 100_000);
    expect((await refusal(png)).code).toBe('format.too-large');
  });

  test('a JPEG of 65,535 x 65,535 px is refused by its header', async () => {
    const side = [0xff, 0xff];
    const jpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, ...side, ...side, 1, 1, 0x11, 0, 0xff, 0xd9];
    expect((await refusal(Uint8Array.from(jpeg))).code).toBe('format.too-large');
  });
});

const WSI: readonly DicomPart[] = [
  text(0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.6'),
  uint16(0x0028_0002, 3),
  text(0x0028_0004, 'CS', 'RGB'),
  text(0x0028_0008, 'IS', '1'),
  uint16(0x0028_0010, 16),
  uint16(0x0028_0011, 16),
  uint16(0x0028_0100, 8),
  uint32(0x0048_0006, 16),
  uint32(0x0048_0007, 16),
];

describe('a hostile DICOM file', () => {
  test.each([
    [
      'a million by a million frames and one stored',
      uint32(0x0048_0006, 3_000_000),
      'format.damaged',
    ],
    ['a billion frames', text(0x0028_0008, 'IS', '1000000000'), 'format.too-large'],
    ['16-bit samples', uint16(0x0028_0100, 16), 'format.unsupported-layout'],
    [
      'another kind of image',
      text(0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
      'format.unsupported-layout',
    ],
  ])('with %s is refused', async (_, part, code) => {
    const parts = [...WSI.filter(({ tag }) => tag !== part.tag), part];
    expect((await refusal(dicomFile(parts, 768))).code).toBe(code);
  });

  test('with sequences in sequences in sequences is refused', async () => {
    let nested = item([]);
    for (let depth = 0; depth < 50; depth++) nested = item([sequence(0x0048_0105, nested)]);
    const file = dicomFile([...WSI, sequence(0x5200_9229, nested)], 768);
    expect(await refusal(file)).toMatchObject({
      code: 'format.too-large',
      fields: { what: 'nesting' },
    });
  });

  test('that ends inside its header or its pixels is cut short', async () => {
    const whole = dicomFile(WSI, 768);
    for (const length of [200, whole.length - 400]) {
      expect((await refusal(whole.subarray(0, length))).code).toBe('format.truncated');
    }
  });

  test('without hostility opens', async () => {
    const opened = await openSlide([{ path: 'a.dcm', source: bytesSource(dicomFile(WSI, 768)) }]);
    expect(opened.kind).toBe('pyramid');
  });
});

const CUT: readonly LayoutId[] = ['svs', 'bigtiff', 'ome-tiff', 'ndpi', 'dicom', 'philips'];

test.each(CUT)(
  'a slide in the layout %s that is cut anywhere is read or refused by name',
  async (layout) => {
    const folder = mkdtempSync(join(tmpdir(), 'cut-'));
    try {
      const path = join(folder, 'slide');
      const slide = writeAddressedSlide(path, { layout, width: 300, height: 200, tile: 64 });
      const bytes = new Uint8Array(readFileSync(slide.path));
      for (let part = 0; part < 64; part++) {
        const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 64));
        const outcome = await exerciseSlide([{ path: 'slide', source: bytesSource(cut) }]);
        expect(outcome).toMatch(/^(pyramid|flat|format\.)/);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test('a read that fails is tried again, and what it waits for is told as it is', async () => {
  const good = bytesSource(tinyTiff([SMALL]));
  let arrived = false;
  const source: ByteSource = {
    size: good.size,
    async read(offset, length) {
      if (!arrived) throw new AppError('tile.not-arrived', 'not here yet');
      return good.read(offset, length);
    },
  };
  const files = [{ path: 'slide.tif', source }];
  await expect(openSlide(files)).rejects.toMatchObject({ code: 'tile.not-arrived' });
  arrived = true;
  expect((await openSlide(files)).kind).toBe('pyramid');
});

test('every refusal has a whole sentence in both languages', async () => {
  const error = await refusal(tinyTiff([withTag(258, 3, [16, 16, 16])]));
  for (const language of ['zh', 'en'] as const) {
    const { what, next } = describeError(error.code, error.fields, language);
    expect(`${what}${next}`).not.toContain('{');
  }
});
