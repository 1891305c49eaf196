import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import { createTileFrameReader, type TileFrame } from '../../shared/slide/tile-frames.ts';
import { streamTiles } from './stream-tiles.ts';

const list = (count: number): TileAddress[] =>
  Array.from({ length: count }, (_, column) => ({ level: 0, column, row: 0 }));
const bytesOf = ({ column }: TileAddress) => Uint8Array.of(column, column);
const always = () => Promise.resolve();

async function readAll(parts: AsyncIterable<Uint8Array>): Promise<TileFrame[]> {
  const reader = createTileFrameReader();
  const frames: TileFrame[] = [];
  for await (const part of parts) frames.push(...reader.take(part));
  return frames;
}

function codeOf({ body }: TileFrame): string {
  return (JSON.parse(Buffer.from(body).toString()) as { code: string }).code;
}

test('every tile that was asked for comes once, under its place in the list', async () => {
  const readTile = (address: TileAddress) => Promise.resolve(bytesOf(address));
  const frames = await readAll(streamTiles({ readTile, mayStill: always }, list(20)));
  expect(frames.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
    list(20).map((a) => a.column),
  );
  for (const { index, status, body } of frames) {
    expect([status, ...body]).toEqual([200, index, index]);
  }
});

test('a damaged tile, one outside and one that has not arrived are values among the others', async () => {
  const failures = ['tile.unreadable', 'tile.outside', 'tile.not-arrived'] as const;
  const readTile = (address: TileAddress) => {
    const code = failures[address.column - 2];
    return code === undefined
      ? Promise.resolve(bytesOf(address))
      : Promise.reject(new AppError(code, 'as it is'));
  };
  const frames = await readAll(streamTiles({ readTile, mayStill: always }, list(8)));
  const failed = frames
    .filter(({ status }) => status !== 200)
    .toSorted((a, b) => a.index - b.index);
  expect(failed.map((frame) => [frame.index, frame.status, codeOf(frame)])).toEqual([
    [2, 422, 'tile.unreadable'],
    [3, 404, 'tile.outside'],
    [4, 425, 'tile.not-arrived'],
  ]);
  expect(frames).toHaveLength(8);
});

test('a tile that takes long lets the others pass', async () => {
  let release = () => undefined as void;
  const slow = new Promise<void>((resolve) => (release = resolve));
  const readTile = async (address: TileAddress) => {
    if (address.column === 0) await slow;
    if (address.column === 9) release();
    return bytesOf(address);
  };
  const frames = await readAll(streamTiles({ readTile, mayStill: always }, list(10)));
  // When the tenth begins, four others have been handed over.
  expect(frames.findIndex(({ index }) => index === 0)).toBeGreaterThanOrEqual(4);
});

test('no more is read than is taken, and nothing once nobody takes it', async () => {
  let begun = 0;
  const readTile = (address: TileAddress) => {
    begun += 1;
    return Promise.resolve(bytesOf(address));
  };
  const parts = streamTiles({ readTile, mayStill: always }, list(60));
  await parts.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toBeLessThanOrEqual(6);
  await parts.return(undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toBeLessThanOrEqual(6);
});

test('once the right has ended, no further tile is read', async () => {
  let mayStill = true;
  const read: number[] = [];
  const needs = {
    readTile: (address: TileAddress) => {
      read.push(address.column);
      return Promise.resolve(bytesOf(address));
    },
    mayStill: () =>
      mayStill ? Promise.resolve() : Promise.reject(new AppError('request.not-found', 'ended')),
  };
  const parts = streamTiles(needs, list(30));
  await parts.next();
  mayStill = false;
  const rest = await readAll(parts);
  expect(read.length).toBeLessThanOrEqual(6);
  expect(rest.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(24);
});
