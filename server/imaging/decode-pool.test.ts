import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { bytesSource } from '../../shared/bytes/bytes-source.ts';
import { bytesOf, createCanvas } from '../../shared/slide-format/samples/canvas.ts';
import { createDecodePool, type DecodePool } from './decode-pool.ts';
import type { ComposeJob } from './decode-protocol.ts';
import { encodeCanvas } from './jpeg.ts';

const pools: DecodePool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(options: Parameters<typeof createDecodePool>[0] = {}): DecodePool {
  const made = createDecodePool({ workers: 1, ...options });
  pools.push(made);
  return made;
}

const SAMPLES = {
  channels: 3,
  bitsPerSample: 8,
  colour: 'ycbcr',
  planar: false,
  littleEndian: true,
  predictor: 1,
  subsampling: [1, 1],
  palette: undefined,
} as const;

function jobOf(bytes: Uint8Array): ComposeJob & { kind: 'compose' } {
  const size = { widthPx: 64, heightPx: 64 };
  const tile = { codec: 'jpeg', bytes, samples: SAMPLES, ...size } as const;
  const piece = { x: 0, y: 0, usedWidthPx: 64, usedHeightPx: 64, tile, key: null };
  return {
    kind: 'compose',
    fitPx: null,
    plan: {
      regionWidthPx: 64,
      regionHeightPx: 64,
      halvings: 1,
      background: { r: 255, g: 255, b: 255 },
      pieces: [piece],
    },
  };
}

const GOOD = jobOf(encodeCanvas(createCanvas(64, 64, { r: 200, g: 40, b: 90 }), 90, '4:4:4'));

/** A child that reads for ever: the answer to its first read never comes. */
const neverRead = { size: 1 << 20, read: () => new Promise<Uint8Array>(() => undefined) };
const OPEN = { kind: 'open', files: [{ path: 'a.svs', size: 1 << 20 }] } as const;

/** Processes whose parent is this one, from /proc. */
function childrenOfThis(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, , , parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ');
        return Number(parent) === process.pid;
      } catch {
        // It ended while the list was read.
        return false;
      }
    })
    .map(Number);
}

test('a job comes back as a JPEG of the right size', async () => {
  const picture = await pool().run(GOOD);
  expect(picture).toMatchObject({ widthPx: 32, heightPx: 32 });
  expect(Buffer.from(picture.jpeg).readUInt16BE(0)).toBe(0xffd8);
});

test('a damaged tile fails alone: the same process decodes the next one', async () => {
  const decode = pool();
  const damaged = jobOf(GOOD.plan.pieces[0]?.tile?.bytes.subarray(0, 200) ?? new Uint8Array());
  const results = await Promise.allSettled([
    decode.run(GOOD),
    decode.run(damaged),
    decode.run(GOOD),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { code: 'tile.unreadable' } });
  expect(decode.counts().started).toBe(1);
});

test('a job that takes its process down takes nothing else with it', async () => {
  const before = new Set(childrenOfThis());
  const decode = pool();
  const hanging = decode.run(OPEN, { files: [neverRead] });
  const after = decode.run(GOOD);
  const child = childrenOfThis().find((pid) => !before.has(pid));
  process.kill(child ?? 0, 'SIGKILL');
  await expect(hanging).rejects.toMatchObject({ code: 'tile.unreadable' });
  await expect(after).resolves.toMatchObject({ widthPx: 32 });
  expect(decode.counts().started).toBe(2);
});

test('a job beyond its time is ended, and the next one is served', async () => {
  const decode = pool();
  await decode.run(GOOD);
  const hanging = decode.run(OPEN, { files: [neverRead], timeoutMs: 50 });
  await expect(hanging).rejects.toMatchObject({ code: 'tile.unreadable' });
  await expect(decode.run(GOOD)).resolves.toMatchObject({ widthPx: 32 });
});

test('the process knows nothing of the environment of the server', async () => {
  process.env['FARSCOPE_TEST_SECRET'] = 'postgres://secret';
  const before = new Set(childrenOfThis());
  await pool().run(GOOD);
  delete process.env['FARSCOPE_TEST_SECRET'];
  const children = childrenOfThis().filter((pid) => !before.has(pid));
  expect(children.length).toBeGreaterThan(0);
  for (const pid of children) {
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('secret');
  }
});

test('files are read by the server on behalf of the process, and named failures keep their names', async () => {
  const text = new TextEncoder().encode('this is not a slide, whatever its name says'.repeat(20));
  const files = [{ path: 'text.svs', size: text.length }];
  const opened = pool().run({ kind: 'open', files }, { files: [bytesSource(text)] });
  await expect(opened).rejects.toMatchObject({ code: 'format.unknown' });
});

test('more than may wait is refused at once', async () => {
  const decode = pool({ maxWaiting: 1 });
  const running = [decode.run(GOOD), decode.run(GOOD)];
  await expect(decode.run(GOOD)).rejects.toMatchObject({ code: 'server.unavailable' });
  await Promise.all(running);
});

test('closing ends the processes and what waits for them', async () => {
  const decode = createDecodePool({ workers: 1 });
  const hanging = decode.run(OPEN, { files: [neverRead] });
  const outcome = expect(hanging).rejects.toMatchObject({ code: 'server.unavailable' });
  await decode.close();
  await outcome;
  await expect(decode.run(GOOD)).rejects.toMatchObject({ code: 'server.unavailable' });
});

test('the canvas of a job is what a browser decodes', () => {
  expect(bytesOf(createCanvas(1, 1, { r: 1, g: 2, b: 3 }))).toEqual(Uint8Array.of(1, 2, 3, 255));
});
