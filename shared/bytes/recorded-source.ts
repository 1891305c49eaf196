import type { ByteSource } from './byte-source.ts';

/** Tells which ranges are read. */
export function recordedSource(
  source: ByteSource,
  onRead: (offset: number, length: number) => void,
): ByteSource {
  return {
    size: source.size,
    read: (offset, length, signal) => {
      onRead(offset, length);
      return source.read(offset, length, signal);
    },
  };
}
