import { closeSync, openSync } from 'node:fs';
import type { ByteSource, SlideFile } from '../../shared/bytes/byte-source.ts';
import { type WarmRead, warmRead } from '../imaging/warm-read.ts';
import { localPathOf } from './stored-files.ts';

/** The same files; what is in the page cache is read at once, the rest by the store. */
export interface WarmFiles {
  readonly files: readonly SlideFile[];
  close(): void;
}

/** A series may have thousands of files: only so many get a second descriptor. */
const MAX_DESCRIPTORS = 32;

/** undefined: the store, which holds the file open, says what is wrong with it. */
function openDescriptor(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

/** Gives files that lie on a local disk a way past the thread pool. */
export function withWarmReads(
  files: readonly SlideFile[],
  read: WarmRead | undefined = warmRead(),
): WarmFiles {
  const descriptors = new Set<number>();

  function warm(file: SlideFile): SlideFile {
    const { path, source } = file;
    const localPath = localPathOf(file);
    if (read === undefined || localPath === undefined) return file;
    let descriptor: number | undefined;
    let isOpened = false;
    const open = (): number | undefined => {
      if (isOpened || descriptors.size >= MAX_DESCRIPTORS) return descriptor;
      isOpened = true;
      descriptor = openDescriptor(localPath);
      if (descriptor !== undefined) descriptors.add(descriptor);
      return descriptor;
    };
    const readWarm: ByteSource['read'] = (offset, length, signal) => {
      const isInside = length > 0 && offset >= 0 && offset + length <= source.size;
      const from = isInside ? open() : undefined;
      if (from === undefined || !descriptors.has(from)) return source.read(offset, length, signal);
      const bytes = Buffer.allocUnsafeSlow(length);
      if (read(from, bytes, offset) === undefined) return source.read(offset, length, signal);
      return Promise.resolve(bytes);
    };
    return { path, source: { size: source.size, read: readWarm } };
  }

  return {
    files: files.map(warm),
    close: () => {
      for (const descriptor of descriptors) closeSync(descriptor);
      descriptors.clear();
    },
  };
}
