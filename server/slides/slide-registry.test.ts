import { expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { slideFileAt } from '../../test/real-slides.ts';
import type { DecodePool } from '../imaging/decode-pool.ts';
import { createSlideRegistry } from './slide-registry.ts';

/** Slides that the reader knows need no decode process to be opened. */
const noDecode: DecodePool = {
  run: () => Promise.reject(new Error('not needed here')),
  counts: () => ({ busy: 0, waiting: 0, started: 0 }),
  close: () => Promise.resolve(),
};

async function store() {
  const folder = await mkdtemp(join(tmpdir(), 'farscope-registry-'));
  const path = join(folder, 'slide.tiff');
  writeAddressedSlide(path, { layout: 'tiff', width: 300, height: 200 });
  const file = slideFileAt(path);
  const counts = { opened: 0, closed: 0, failNext: false };
  const registry = createSlideRegistry({
    openStoredFiles: async () => {
      counts.opened++;
      if (counts.failNext) {
        counts.failNext = false;
        throw new AppError('storage.blob-missing', 'not there yet');
      }
      return {
        files: [file],
        close: () => {
          counts.closed++;
          return Promise.resolve();
        },
      };
    },
    decode: noDecode,
    scratchFolder: join(folder, 'scratch'),
    log: () => undefined,
    maxOpen: 2,
  });
  return { registry, counts, remove: () => rm(folder, { recursive: true, force: true }) };
}

const slide = (name: string, revision = 1) => ({ originalKey: name, revision });
const nothing = () => Promise.resolve();

test('a slide is opened once for all who ask for it at once', async () => {
  const { registry, counts, remove } = await store();
  await Promise.all([1, 2, 3, 4].map(() => registry.use(slide('a'), nothing)));
  expect(counts.opened).toBe(1);
  await registry.close();
  expect(counts.closed).toBe(1);
  await remove();
});

test('a failed open is not kept: the next one tries again', async () => {
  const { registry, counts, remove } = await store();
  counts.failNext = true;
  await expect(registry.use(slide('a'), nothing)).rejects.toMatchObject({
    code: 'storage.blob-missing',
  });
  await expect(registry.use(slide('a'), nothing)).resolves.toBeUndefined();
  await registry.close();
  await remove();
});

test('the one unused for longest is closed, but not while anyone reads from it', async () => {
  const { registry, counts, remove } = await store();
  let release: () => void = () => undefined;
  const reading = registry.use(
    slide('a'),
    () => new Promise<void>((resolve) => (release = resolve)),
  );
  for (const name of ['b', 'c', 'd']) await registry.use(slide(name), nothing);
  expect(registry.openSlides()).toBe(2);
  expect(counts).toMatchObject({ opened: 4, closed: 2 });
  release();
  await reading;
  await registry.use(slide('a'), nothing);
  expect(counts.opened).toBe(4);
  await registry.close();
  expect(counts.closed).toBe(4);
  await remove();
});

test('a new revision is opened anew, the old one still answers who is reading it', async () => {
  const { registry, counts, remove } = await store();
  await registry.use(slide('a', 1), async () => {
    await registry.use(slide('a', 2), nothing);
  });
  await registry.close();
  expect(counts).toMatchObject({ opened: 2, closed: 2 });
  await remove();
});
