import { AppError } from '../errors/app-error.ts';

const MEDIA_TYPES = ['application/json', 'image/jpeg'] as const;
export type FrameMediaType = (typeof MEDIA_TYPES)[number];

/**
 * One tile. Wire form, big-endian: place in the list that was asked for (16 bit), HTTP status as the tile alone
 * would have had (16), media type (8, a place in MEDIA_TYPES), length (32), then so many bytes: the picture, or
 * a problem reply.
 */
export interface TileFrame {
  readonly index: number;
  readonly status: number;
  readonly mediaType: FrameMediaType;
  readonly body: Uint8Array;
}

export const FRAME_HEAD_BYTES = 9;
/** No tile is larger (4096 px without compression); a length beyond it is a broken stream. */
const MOST_BODY_BYTES = 64 << 20;

export function frameHead({ index, status, mediaType, body }: TileFrame): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint16(0, index);
  view.setUint16(2, status);
  view.setUint8(4, MEDIA_TYPES.indexOf(mediaType));
  view.setUint32(5, body.length);
  return head;
}

type Head = Omit<TileFrame, 'body'> & { readonly length: number };

function parseHead(head: Uint8Array): Head {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const mediaType = MEDIA_TYPES[view.getUint8(4)];
  const length = view.getUint32(5);
  if (mediaType === undefined || length > MOST_BODY_BYTES) {
    throw new AppError('reply.unexpected', 'not a frame of a tile');
  }
  return { index: view.getUint16(0), status: view.getUint16(2), mediaType, length };
}

export interface TileFrameReader {
  /**
   * Takes the next bytes of the stream, cut anywhere; gives the frames that they complete. What it gives shares
   * no memory with what it was given.
   * @throws AppError 'reply.unexpected'
   */
  take(bytes: Uint8Array): TileFrame[];
  /** Whether the stream may end here. */
  isBetweenFrames(): boolean;
}

/** Fills one buffer after the other, however the bytes come. */
export function createTileFrameReader(): TileFrameReader {
  let head: Head | undefined;
  let part = new Uint8Array(FRAME_HEAD_BYTES);
  let filled = 0;

  function expect(length: number): void {
    part = new Uint8Array(length);
    filled = 0;
  }

  function complete(): TileFrame | undefined {
    if (head === undefined) {
      head = parseHead(part);
      expect(head.length);
      return undefined;
    }
    const { length: _length, ...about } = head;
    const frame = { ...about, body: part };
    head = undefined;
    expect(FRAME_HEAD_BYTES);
    return frame;
  }

  return {
    isBetweenFrames: () => head === undefined && filled === 0,
    take: (bytes) => {
      const frames: TileFrame[] = [];
      let at = 0;
      for (;;) {
        const more = bytes.subarray(at, at + part.length - filled);
        part.set(more, filled);
        filled += more.length;
        at += more.length;
        if (filled < part.length) return frames;
        const frame = complete();
        if (frame !== undefined) frames.push(frame);
      }
    },
  };
}
