import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import {
  createTileFrameReader,
  FRAME_HEAD_BYTES,
  frameHead,
  type TileFrame,
} from './tile-frames.ts';

const frame = fc.record<TileFrame>({
  index: fc.integer({ min: 0, max: 0xffff }),
  status: fc.integer({ min: 100, max: 599 }),
  mediaType: fc.constantFrom('application/json' as const, 'image/jpeg' as const),
  body: fc.uint8Array({ maxLength: 300 }),
});

function wire(frames: readonly TileFrame[]): Uint8Array {
  const parts = frames.flatMap((one) => [frameHead(one), one.body]);
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The stream cut at these places, sorted; some pieces are empty. */
function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  const bounds = [0, ...at, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.slice(bounds[index], end));
}

describe('tiles in one stream', () => {
  it('come out as they went in, however the stream is cut', () => {
    const streams = fc.tuple(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 40 }),
    );
    fc.assert(
      fc.property(streams, ([frames, places]) => {
        const reader = createTileFrameReader();
        const read = cutAt(wire(frames), places).flatMap((piece) => reader.take(piece));
        expect(read).toEqual(frames);
        expect(reader.isBetweenFrames()).toBe(true);
      }),
    );
  });

  it('come out byte by byte too', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 3 }), (frames) => {
        const reader = createTileFrameReader();
        const read = [...wire(frames)].flatMap((byte) => reader.take(Uint8Array.of(byte)));
        expect(read).toEqual(frames);
      }),
    );
  });

  it('keep what was whole when the stream breaks, and know that it broke', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.nat(), (frames, place) => {
        const bytes = wire(frames);
        const end = place % bytes.length;
        const reader = createTileFrameReader();
        const read = reader.take(bytes.slice(0, end));
        expect(read).toEqual(frames.slice(0, read.length));
        const whole = wire(frames.slice(0, read.length)).length;
        expect(reader.isBetweenFrames()).toBe(whole === end);
      }),
    );
  });

  it('share no memory with the piece they came in', () => {
    const bytes = wire([
      { index: 1, status: 200, mediaType: 'image/jpeg', body: Uint8Array.of(7) },
    ]);
    const [read] = createTileFrameReader().take(bytes);
    bytes.fill(0);
    expect(read?.body).toEqual(Uint8Array.of(7));
  });

  it('are refused when they cannot be tiles: another stream, a length beyond any tile', () => {
    const text = new TextEncoder().encode('<!doctype html><title>A proxy says no</title>');
    expect(() => createTileFrameReader().take(text)).toThrow(AppError);
    const head = new Uint8Array(FRAME_HEAD_BYTES);
    new DataView(head.buffer).setUint32(5, 0x7fff_ffff);
    expect(() => createTileFrameReader().take(head)).toThrow('not a frame');
  });
});
