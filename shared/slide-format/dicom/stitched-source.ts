import { abortable } from '../../bytes/abortable.ts';
import type { ByteSource } from '../../bytes/byte-source.ts';
import { damaged } from '../format-errors.ts';
import { concatBytes } from '../jpeg/jpeg-splice.ts';
import { readItemHeader } from './scan-fragments.ts';

/**
 * A DICOM file in which the item headers between fragments are not seen: a read that begins inside a
 * fragment goes on in the next ones. So a frame in several fragments is one range.
 */
export function stitchedSource(
  source: ByteSource,
  findEnd: (at: number) => Promise<number>,
): ByteSource {
  async function gather(offset: number, length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let at = offset;
    let end = await findEnd(offset);
    for (let left = length; left > 0; ) {
      const take = Math.min(left, end - at);
      parts.push(await source.read(at, take));
      left -= take;
      if (left === 0) break;
      const item = await readItemHeader(source, end);
      if (!item.isItem) throw damaged('frames-missing', `fragment at ${end}`);
      at = end + 8;
      end = at + item.length;
    }
    return concatBytes(parts);
  }
  return {
    size: source.size,
    read: (offset, length, signal) => {
      signal?.throwIfAborted();
      return abortable(gather(offset, length), signal);
    },
  };
}
