import { describe, expect, test } from 'vitest';
import { groupSlideFiles } from './group-slide-files.ts';
import { mppWarnings } from './mpp-warnings.ts';
import { previewLocalSlide } from './preview-local-slide.ts';
import type { LocalFile } from './upload-item.ts';

function file(path: string, content: BlobPart = 'x'): LocalFile {
  return { path, file: new File([content], path.split('/').at(-1) ?? path) };
}

/** A DICOM file down to its series: preamble, meta group with explicit VR little endian, one element. */
function dicom(path: string, series: string): LocalFile {
  const bytes: number[] = Array.from({ length: 128 }, () => 0);
  const text = (value: string) => Array.from(new TextEncoder().encode(value));
  const element = (group: number, tag: number, vr: string, value: number[]) => {
    const even = value.length % 2 === 0 ? value : [...value, 0];
    bytes.push(group & 255, group >> 8, tag & 255, tag >> 8, ...text(vr));
    bytes.push(even.length & 255, even.length >> 8, ...even);
  };
  bytes.push(...text('DICM'));
  const syntax = text('1.2.840.10008.1.2.1\0');
  element(2, 0, 'UL', [syntax.length + 8, 0, 0, 0]);
  element(2, 0x10, 'UI', syntax);
  element(0x20, 0x0e, 'UI', text(series));
  // Pixel data (7FE0,0010), OW with a 32-bit length of 2: here the header ends.
  bytes.push(0xe0, 0x7f, 0x10, 0, ...text('OW'), 0, 0, 2, 0, 0, 0, 1, 2);
  return file(path, new Uint8Array(bytes));
}

const namesOf = async (files: readonly LocalFile[]) => {
  const { slides, ignored } = await groupSlideFiles(files);
  return {
    slides: slides.map(({ name, files: inside }) => [name, inside.map(({ path }) => path)]),
    ignored,
  };
};

describe('sorting dropped files into slides', () => {
  test('each scanner file is a slide of its own, named without its extension', async () => {
    expect(await namesOf([file('b 2.svs'), file('b 10.ome.tif'), file('scans/a.ndpi')])).toEqual({
      slides: [
        ['a', ['a.ndpi']],
        ['b 2', ['b 2.svs']],
        ['b 10', ['b 10.ome.tif']],
      ],
      ignored: [],
    });
  });

  test('a MIRAX index takes its folder with it, and nothing of its neighbour', async () => {
    const files = [
      file('day/x.mrxs'),
      file('day/x/Slidedat.ini'),
      file('day/x/Data0000.dat'),
      file('day/xy/Slidedat.ini'),
    ];
    expect(await namesOf(files)).toEqual({
      slides: [['x', ['x.mrxs', 'x/Data0000.dat', 'x/Slidedat.ini']]],
      ignored: ['day/xy/Slidedat.ini'],
    });
  });

  test('DICOM files go together by series, whatever folder and name they have', async () => {
    const files = [
      dicom('study/1', '1.2.3'),
      dicom('study/a.dcm', '1.2.4'),
      dicom('study/label/2', '1.2.3'),
    ];
    expect(await namesOf(files)).toEqual({
      slides: [
        ['a', ['a.dcm']],
        ['study', ['1', 'label/2']],
      ],
      ignored: [],
    });
  });

  test('hidden, empty and foreign files are left out and named', async () => {
    const files = [
      file('f/.DS_Store'),
      file('f/Thumbs.db'),
      file('__MACOSX/f/a.svs'),
      file('f/empty.svs', ''),
      file('f/readme.txt'),
      file('f/a.svs'),
    ];
    const { slides, ignored } = await namesOf(files);
    expect(slides).toEqual([['a', ['a.svs']]]);
    expect(ignored).toEqual(files.slice(0, 5).map(({ path }) => path));
  });

  test('a file dropped by itself is taken whatever it is called, for its content decides', async () => {
    expect((await namesOf([file('scan.xyz')])).slides).toEqual([['scan', ['scan.xyz']]]);
  });
});

describe('doubts about the scale', () => {
  test('a missing, absurd or contradictory mpp is said, a plausible one is not', () => {
    const square = (umPerPx: number) => ({ x: umPerPx, y: umPerPx });
    expect(mppWarnings(undefined, 40)).toEqual([{ kind: 'mpp-missing' }]);
    expect(mppWarnings(square(0.03), 40)).toEqual([{ kind: 'mpp-implausible', umPerPx: 0.03 }]);
    expect(mppWarnings(square(25.4), undefined)).toEqual([
      { kind: 'mpp-implausible', umPerPx: 25.4 },
    ]);
    expect(mppWarnings({ x: 0.25, y: 0.5 }, 40)).toEqual([
      { kind: 'mpp-implausible', umPerPx: 0.5 },
    ]);
    expect(mppWarnings(square(1), 40)).toEqual([
      { kind: 'mpp-against-objective', umPerPx: 1, objectivePower: 40 },
    ]);
    for (const [umPerPx, power] of [
      [0.25, 40],
      [0.5, 20],
      [0.2426, 20],
      [0.1214, 80],
    ] as const) {
      expect(mppWarnings(square(umPerPx), power)).toEqual([]);
    }
  });
});

describe('a look at a file before it is sent', () => {
  test('names the reason why it will not open', async () => {
    const text = { name: 'a', files: [file('a.svs', 'not a slide')], bytes: 11 };
    expect(await previewLocalSlide(text)).toMatchObject({
      kind: 'refused',
      code: 'format.unknown',
    });
    const czi = { name: 'b', files: [file('b.czi', 'ZISRAWFILE and more')], bytes: 19 };
    expect(await previewLocalSlide(czi)).toMatchObject({
      kind: 'refused',
      code: 'format.unsupported-vendor',
      fields: { vendor: 'Zeiss CZI' },
    });
  });
});
