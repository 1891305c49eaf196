import type { SlideFile } from '../../shared/bytes/byte-source.ts';

/** The files that a slide's tiles come from, open for reading: its original, or the pyramid built from it. */
export interface StoredFiles {
  readonly files: readonly SlideFile[];
  close(): Promise<void>;
}

/**
 * Opens what is stored under a slide's original key.
 * @throws AppError 'storage.blob-missing'
 */
export type OpenStoredFiles = (originalKey: string) => Promise<StoredFiles>;

/** Where a stored file lies on this machine's disk, when its store says so. */
export function localPathOf(file: SlideFile): string | undefined {
  const { localPath } = file.source as { readonly localPath?: unknown };
  return typeof localPath === 'string' ? localPath : undefined;
}
