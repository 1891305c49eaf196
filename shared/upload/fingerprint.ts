import { sha256 } from '@noble/hashes/sha2.js';
import { chunkPlace, chunkCount, type ChunkPlace, type UploadFile } from './chunk-grid.ts';
import { hexOf } from './content-digest.ts';

export interface DatedFile extends UploadFile {
  /** Milliseconds since the epoch, as the file system says. */
  readonly lastModified: number;
}

/** How the files are cut for a fingerprint, whatever the grid of their chunks is. */
const PIECE_BYTES = 256 << 10;

/** The two pieces whose bytes take part in a fingerprint: the first and the last of the whole upload. */
export function fingerprintPlaces(
  files: readonly UploadFile[],
  chunkBytes: number = PIECE_BYTES,
): ChunkPlace[] {
  const last = chunkCount(files, chunkBytes) - 1;
  const places = [0, last].map((index) => chunkPlace(files, chunkBytes, index));
  return places.filter((place) => place !== undefined);
}

/**
 * Recognises the same files again before they are sent: SHA-256 (hex) over paths, sizes and dates of all
 * files and the digests of the first and last piece. A hint, never a proof: the content digest is the proof.
 * @param sampleDigests SHA-256 (hex) of the pieces at fingerprintPlaces, in that order
 */
export function fingerprintOf(
  files: readonly DatedFile[],
  sampleDigests: readonly string[],
): string {
  const said = JSON.stringify([
    files.map((file) => [file.path, file.bytes, file.lastModified]),
    sampleDigests,
  ]);
  return hexOf(sha256(new TextEncoder().encode(said)));
}
