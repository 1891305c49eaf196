import { ERRORS } from '../../shared/errors/app-error.ts';
import type { TileAddress } from '../../shared/slide/tile-address.ts';
import { frameHead, type TileFrame } from '../../shared/slide/tile-frames.ts';
import { asAppError } from '../http/problem.ts';

export interface StreamTilesNeeds {
  /** One tile as it would be answered alone. Rejects as that would. */
  readonly readTile: (address: TileAddress) => Promise<Uint8Array>;
  /** Rejects once the caller may no longer see the slide; asked again before each tile. */
  readonly mayStill: () => Promise<void>;
}

/** Read at once for one reply, and so the most that waits in memory for a slow line. */
const READS_AT_ONCE = 6;

interface Landed {
  readonly index: number;
  readonly frame: TileFrame;
}

function problemFrame(index: number, cause: unknown): TileFrame {
  const { code, fields } = asAppError(cause);
  const body = Buffer.from(JSON.stringify({ code, fields, requestId: '' }));
  return { index, status: ERRORS[code].status, mediaType: 'application/json', body };
}

async function frameOf(
  { readTile, mayStill }: StreamTilesNeeds,
  address: TileAddress,
  index: number,
): Promise<Landed> {
  try {
    await mayStill();
    const body = await readTile(address);
    return { index, frame: { index, status: 200, mediaType: 'image/jpeg', body } };
  } catch (cause) {
    // A tile that fails is a value among the others: it never holds them up.
    return { index, frame: problemFrame(index, cause) };
  }
}

/**
 * Tiles as frames, each as soon as it is read: one that must be composed lets those pass that need not be.
 * Reading goes on only as fast as the frames are taken, and stops when nobody takes them any more.
 */
export async function* streamTiles(
  needs: StreamTilesNeeds,
  addresses: readonly TileAddress[],
): AsyncGenerator<Uint8Array> {
  const reading = new Map<number, Promise<Landed>>();
  let next = 0;
  while (next < addresses.length || reading.size > 0) {
    for (; next < addresses.length && reading.size < READS_AT_ONCE; next++) {
      const address = addresses[next];
      if (address !== undefined) reading.set(next, frameOf(needs, address, next));
    }
    const { index, frame } = await Promise.race(reading.values());
    reading.delete(index);
    yield Buffer.concat([frameHead(frame), frame.body]);
  }
}
