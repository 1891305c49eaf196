import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutIntoParts, partBytesOf } from './put-object.ts';

async function* arriving(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

test('parts are the stream, cut at the sizes that were asked for', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 30 }), async (given, size) => {
      const parts: Buffer[] = [];
      const cut = cutIntoParts(arriving(given), undefined, (part) => size * part);
      for await (const part of cut) parts.push(part);
      expect(Buffer.concat(parts).equals(Buffer.concat(given))).toBe(true);
      expect(parts.length).toBeGreaterThan(0);
      for (const [at, part] of parts.slice(0, -1).entries()) {
        expect(part.length).toBe(size * (at + 1));
      }
    }),
  );
});

test('ten thousand parts, the most that S3 takes, hold the largest upload', () => {
  let bytes = 0;
  for (let part = 1; part <= 10_000; part += 1) {
    expect(partBytesOf(part)).toBeGreaterThanOrEqual(5 << 20);
    bytes += partBytesOf(part);
  }
  expect(bytes).toBeGreaterThan(256 * 2 ** 30);
});
