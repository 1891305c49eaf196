import { z } from 'zod';
import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { HospitalId } from '../../shared/ids.ts';
import type { BlobKey, BlobReader, BlobStore } from '../storage/blob-store.ts';
import type { StagedBytes, WholeOriginal } from '../take-in.ts';

/**
 * Beside the bytes of an original lies what they are called: so that the store can be read, copied and checked
 * without the database.
 */
const OriginalManifest = z.object({
  chunkBytes: z.number().int().positive(),
  contentDigest: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int().min(0) })).min(1),
});
export type OriginalManifest = z.infer<typeof OriginalManifest>;

/** An original that is open for reading. */
export interface OpenOriginal {
  readonly files: readonly SlideFile[];
  readonly manifest: OriginalManifest;
  close(): Promise<void>;
}

/** Named by content inside one hospital: what one hospital has is nobody else's business. */
export function originalKeyOf(hospitalId: HospitalId, contentDigest: string): BlobKey {
  return `${hospitalId}/${contentDigest}`;
}

export function originalFileKey(originalKey: BlobKey, file: number): BlobKey {
  return `${originalKey}/${file}`;
}

/** Where the tiled pyramid of a flat picture lies. */
export function builtPyramidKey(originalKey: BlobKey): BlobKey {
  return `${originalKey}/pyramid.tif`;
}

function manifestKey(originalKey: BlobKey): BlobKey {
  return `${originalKey}/manifest.json`;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function putStaged(blobs: BlobStore, key: BlobKey, staged: StagedBytes): Promise<void> {
  return staged.kind === 'file' ? blobs.putFile(key, staged.at) : blobs.put(key, staged.open());
}

async function moveFile(blobs: BlobStore, key: BlobKey, staged: StagedBytes): Promise<void> {
  try {
    await putStaged(blobs, key, staged);
  } catch (cause) {
    const { code } = cause as { readonly code?: unknown };
    const gone = code === 'ENOENT' || code === 'storage.blob-missing';
    // Moved before a kill, or by another process: the second time finds it in its place.
    if (gone && (await blobs.exists(key))) return;
    if (gone) throw new AppError('storage.blob-missing', 'a staged file is gone', { cause });
    throw cause;
  }
}

/** Moves the staged files in, each whole or not at all. Again, after a kill, it goes on where it was. */
export async function moveOriginalIn(blobs: BlobStore, original: WholeOriginal): Promise<BlobKey> {
  const key = originalKeyOf(original.hospitalId, original.contentDigest);
  for (const [file, { staged }] of original.files.entries()) {
    await moveFile(blobs, originalFileKey(key, file), staged);
  }
  const manifest: OriginalManifest = {
    chunkBytes: original.chunkBytes,
    contentDigest: original.contentDigest,
    files: original.files.map(({ path, bytes }) => ({ path, bytes })),
  };
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  await blobs.put(manifestKey(key), oneChunk(text));
  return key;
}

async function readManifest(blobs: BlobStore, originalKey: BlobKey): Promise<OriginalManifest> {
  const reader = await blobs.openReader(manifestKey(originalKey));
  try {
    const text = new TextDecoder().decode(await reader.read(0, reader.size));
    return OriginalManifest.parse(JSON.parse(text));
  } finally {
    await reader.close();
  }
}

/**
 * Opens all files of an original.
 * @throws AppError 'storage.blob-missing'
 */
export async function openOriginalFiles(
  blobs: BlobStore,
  originalKey: BlobKey,
): Promise<OpenOriginal> {
  const manifest = await readManifest(blobs, originalKey);
  const readers: BlobReader[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(readers.map((reader) => reader.close()));
  };
  try {
    for (const file of manifest.files.keys()) {
      readers.push(await blobs.openReader(originalFileKey(originalKey, file)));
    }
  } catch (cause) {
    await close();
    throw cause;
  }
  const files = manifest.files.map(({ path }, file) => ({
    path,
    source: readers[file] as BlobReader, // one was opened for each file above
  }));
  return { files, manifest, close };
}

/**
 * What the tiles of a slide come from: the pyramid that was built from a flat picture, else the original.
 * @throws AppError 'storage.blob-missing'
 */
export async function openServedFiles(
  blobs: BlobStore,
  originalKey: BlobKey,
): Promise<Pick<OpenOriginal, 'files' | 'close'>> {
  const built = builtPyramidKey(originalKey);
  if (!(await blobs.exists(built))) return await openOriginalFiles(blobs, originalKey);
  const source = await blobs.openReader(built);
  return { files: [{ path: 'pyramid.tif', source }], close: () => source.close() };
}
