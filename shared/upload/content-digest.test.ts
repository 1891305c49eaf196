import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOfHex, contentDigest, hexOf } from './content-digest.ts';
import { formatDigestField, parseDigestField } from './digest-field.ts';
import { fingerprintOf, fingerprintPlaces } from './fingerprint.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const anyBytes = fc.uint8Array({ maxLength: 40 });

describe('content digest', () => {
  test('is the SHA-256 over the chunk digests in order', () => {
    fc.assert(
      fc.property(fc.array(anyBytes), (chunks) => {
        const digests = chunks.map(sha256);
        expect(contentDigest(digests)).toBe(hexOf(sha256(Buffer.concat(digests))));
      }),
    );
  });

  test('refuses a digest of another length', () => {
    expect(() => contentDigest([new Uint8Array(20)])).toThrow(RangeError);
  });
});

describe('the Content-Digest header', () => {
  test('carries a SHA-256 there and back, as Node itself writes base64', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const digest = sha256(bytes);
        const field = formatDigestField(hexOf(digest));
        expect(field).toBe(`sha-256=:${Buffer.from(digest).toString('base64')}:`);
        expect(parseDigestField(field)).toBe(hexOf(digest));
      }),
    );
  });

  test('is found among other algorithms, and absent when there is none', () => {
    const digest = hexOf(sha256(bytesOfHex('00ff')));
    expect(parseDigestField(`md5=:AAAA:, ${formatDigestField(digest)}`)).toBe(digest);
    expect(parseDigestField('sha-512=:AAAA:')).toBeUndefined();
    expect(parseDigestField('sha-256=:AAAA:')).toBeUndefined();
    expect(parseDigestField(undefined)).toBeUndefined();
  });
});

describe('fingerprint', () => {
  const file = { path: 'a.svs', bytes: 25, lastModified: 1 };

  test('samples the first and the last chunk', () => {
    expect(fingerprintPlaces([file], 10)).toEqual([
      { file: 0, offset: 0, bytes: 10 },
      { file: 0, offset: 20, bytes: 5 },
    ]);
  });

  test('changes with name, size, date and content', () => {
    const prints = [
      fingerprintOf([file], ['a', 'b']),
      fingerprintOf([{ ...file, path: 'b.svs' }], ['a', 'b']),
      fingerprintOf([{ ...file, bytes: 26 }], ['a', 'b']),
      fingerprintOf([{ ...file, lastModified: 2 }], ['a', 'b']),
      fingerprintOf([file], ['a', 'c']),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    for (const print of prints) expect(print).toMatch(/^[0-9a-f]{64}$/);
  });
});
