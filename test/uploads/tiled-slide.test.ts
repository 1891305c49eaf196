import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAddressedSlide } from '../../fixtures/addressed-slide.ts';
import type { SlideDetail } from '../../shared/slide/slide.ts';
import { openRealNouns } from '../api/real-nouns.ts';
import { startTestServer, type TestServer } from '../server.ts';
import { localUpload, speak } from './upload-client.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ nouns: openRealNouns });
});

afterAll(() => server.dispose());

test('a tiled slide is open to readers when the finish is answered: no conversion, tiles at once', async () => {
  const technician = await server.as('technician');
  const path = join(server.dataDir, 'sent.svs');
  writeAddressedSlide(path, { layout: 'svs', width: 1024, height: 768, levels: [1, 4] });
  const upload = localUpload('sent.svs', [await readFile(path)]);
  await speak.create(technician.fetch, upload);
  for (let index = 0; index < upload.count; index += 1) {
    await speak.chunk(technician.fetch, upload, index);
  }
  const { body } = await speak.finish(technician.fetch, upload);
  const reader = await server.as('pathologist');
  const reply = await reader.fetch(`/api/slides/${String(body['slideId'])}`);
  const slide = (await reply.json()) as SlideDetail;
  expect(slide).toMatchObject({
    status: { kind: 'ready' },
    revision: 1,
    widthPx: 1024,
    heightPx: 768,
    contentDigest: upload.contentDigest,
  });
  const tile = await reader.fetch(`/api/slides/${slide.id}/tiles/1/0/0/0`);
  expect(tile.headers.get('content-type')).toBe('image/jpeg');
  expect(tile.headers.get('cache-control')).toContain('immutable');
  await tile.arrayBuffer();
});

test('the levels that its file lacks are composed before anybody asks', async () => {
  const read = async () => {
    const text = await server.foundation.metrics.registry.metrics();
    return Number(/^farscope_tile_disk_bytes (\S+)$/m.exec(text)?.[1]);
  };
  await expect.poll(read, { timeout: 30_000 }).toBeGreaterThan(0);
});
