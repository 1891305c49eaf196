import { AppError } from '../../../shared/errors/app-error.ts';
import {
  fingerprintOf,
  fingerprintPlaces,
  type DatedFile,
} from '../../../shared/upload/fingerprint.ts';
import type { LocalFile } from './upload-item.ts';
import type { ChunkReader } from './upload-needs.ts';

export function datedFiles(files: readonly LocalFile[]): DatedFile[] {
  return files.map(({ path, file }) => ({
    path,
    bytes: file.size,
    lastModified: file.lastModified,
  }));
}

/** Reads the first and last chunk and tells by them, and by names, sizes and dates, which files these are. */
export async function fingerprintFiles(
  chunks: ChunkReader,
  files: readonly LocalFile[],
): Promise<{ readonly dated: readonly DatedFile[]; readonly fingerprint: string }> {
  const dated = datedFiles(files);
  const samples: string[] = [];
  for (const { file, offset, bytes } of fingerprintPlaces(dated)) {
    const local = files[file];
    if (local === undefined) throw new AppError('upload.file-changed', 'a file is gone');
    samples.push((await chunks.read(local.file, offset, bytes)).sha256);
  }
  return { dated, fingerprint: fingerprintOf(dated, samples) };
}
