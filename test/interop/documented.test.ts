import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { studyUidOf } from '../../shared/interop/dicom/dicom-uid.ts';
import { readText } from '../architecture/source-tree.ts';
import { dicomClient, told } from './dicom-client.ts';
import { serveAddressedSlide, type ServedOverHttp } from './served-over-http.ts';

const run = promisify(execFile);
const PAGE = 'docs/interop.md';

let served: ServedOverHttp;
let folder: string;
let names: Readonly<Record<string, string>>;
beforeAll(async () => {
  served = await serveAddressedSlide({ layout: 'svs' });
  folder = await mkdtemp(join(tmpdir(), 'farscope-documented-'));
  const client = dicomClient(served.program);
  const [image] = await client.json(`/studies/${studyUidOf(served.slide.id)}/metadata`);
  names = {
    STUDY: String(told(image, 'StudyInstanceUID')),
    SERIES: String(told(image, 'SeriesInstanceUID')),
    INSTANCE: String(told(image, 'SOPInstanceUID')),
  };
});
afterAll(async () => {
  await served.server.dispose();
  await rm(folder, { recursive: true, force: true });
});

const blocks = [...readText(PAGE).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const lines = blocks.flatMap((block) => block.trim().split('\n'));

test('the page has lines to run', () => {
  expect(lines.length).toBeGreaterThan(4);
});

test.each(lines)('%s', async (line) => {
  const { stdout } = await run('bash', ['-c', line], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      FARSCOPE: served.server.url,
      TOKEN: served.program.secret,
      SLIDE: served.slide.id,
      ...names,
      no_proxy: '127.0.0.1',
    },
  });
  const file = /-o (\S+)$/.exec(line)?.[1];
  if (file === undefined) {
    expect(stdout).toMatch(/^(?:[{<]|\[\{)/);
    return;
  }
  const bytes = await readFile(join(folder, file));
  if (file.endsWith('.icc')) expect(bytes.toString('latin1', 36, 40)).toBe('acsp');
  else if (file.endsWith('.multipart')) expect(bytes.toString('latin1', 0, 2)).toBe('--');
  else expect((await sharp(bytes).metadata()).width).toBeGreaterThan(0);
});
