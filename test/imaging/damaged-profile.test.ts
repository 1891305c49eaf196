import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { openJob } from '../../server/imaging/decode-jobs/open-job.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import { describeNote } from '../../shared/slide-format/notes.ts';
import { slideFileAt } from '../real-slides.ts';

/** TIFF tag InterColorProfile (ICC.1:2010 B.4). */
const ICC_TAG = 34_675;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Where the first directory of a little-endian classic TIFF keeps a tag's value. */
function valueOffset(file: DataView, tag: number): number {
  const directory = file.getUint32(4, true);
  const count = file.getUint16(directory, true);
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * 12;
    if (file.getUint16(entry, true) === tag) return entry + 8;
  }
  throw new Error(`the first directory has no tag ${tag}`);
}

async function propertiesOf(path: string): Promise<SlideProperties> {
  const files = [slideFileAt(path)];
  const opened = await openJob({ kind: 'open', files: [{ path, size: 0 }] }, files);
  if (opened.kind !== 'pyramid') throw new Error(`opened as ${opened.kind}`);
  return opened.properties;
}

test('a slide whose colour profile lies outside the file opens, and says that the profile is damaged', async () => {
  const path = join(folder, 'a.tif');
  writeAddressedSlide(path, { layout: 'tiff', iccProfile: new Uint8Array(600).fill(7) });
  expect((await propertiesOf(path)).notes).toEqual([]);

  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(valueOffset(view, ICC_TAG), bytes.length - 10, true);
  const damaged = join(folder, 'damaged.tif');
  writeFileSync(damaged, bytes);

  const { iccProfile, notes } = await propertiesOf(damaged);
  expect(iccProfile).toEqual({ bytes: 600, name: null });
  expect(notes).toEqual(['profile-unreadable']);
  expect(describeNote('profile-unreadable', 'zh')).toContain('ICC');
});
