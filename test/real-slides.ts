import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bytesSource } from '../shared/bytes/bytes-source.ts';
import type { SlideFile } from '../shared/bytes/byte-source.ts';

const FOLDER =
  process.env['FARSCOPE_SLIDES'] ?? resolve(import.meta.dirname, '..', '..', 'shared', 'slides');

/** Whether the real slides, which are not part of the repository, are on this machine. */
export const hasRealSlides = existsSync(join(FOLDER, 'CMU-1-Small-Region.svs'));

export function realSlidePath(name: string): string {
  return join(FOLDER, name);
}

/** A file on disk as the reader takes it, whole in memory. */
export function slideFileAt(path: string): SlideFile {
  const bytes = readFileSync(path);
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { path: path.split('/').at(-1) ?? path, source: bytesSource(view) };
}

export function realSlide(...names: readonly string[]): readonly SlideFile[] {
  return names.map((name) => slideFileAt(realSlidePath(name)));
}
