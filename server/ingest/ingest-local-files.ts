import { createHash } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountId, HospitalId } from '../../shared/ids.ts';
import { CHUNK_BYTES } from '../../shared/upload/chunk-grid.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import type { StagedOriginalFile, TakeIn, TakenIn } from '../take-in.ts';

/** A file on this machine, and what it is called inside the slide. */
export interface LocalOriginalFile {
  readonly path: string;
  readonly at: string;
}

export interface LocalOriginal {
  readonly files: readonly LocalOriginalFile[];
  readonly name: string;
  readonly hospitalId: HospitalId;
  readonly accountId: AccountId;
  readonly stain: string | null;
}

export interface LocalIngestDeps {
  readonly takeIn: TakeIn;
  /** On the disk of the store; not the staging folder of uploads, which is swept. */
  readonly scratchFolder: string;
  readonly newId: () => string;
}

/** Fills the buffer as far as the file goes. */
async function readChunk(handle: FileHandle, buffer: Uint8Array, offset: number): Promise<number> {
  let done = 0;
  while (done < buffer.length) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Copies a file and takes the digest of each of its chunks on the way. The copy is synced. */
async function copyWithDigests(from: string, to: string, digests: Uint8Array[]): Promise<number> {
  const source = await open(from, 'r');
  const target = await open(to, 'wx', 0o600);
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      const length = await readChunk(source, buffer, bytes);
      if (length === 0 && bytes > 0) break;
      const chunk = buffer.subarray(0, length);
      digests.push(createHash('sha256').update(chunk).digest());
      await target.writeFile(chunk);
      bytes += length;
      if (length < CHUNK_BYTES) break;
    }
    await target.sync();
    return bytes;
  } finally {
    await source.close();
    await target.close();
  }
}

/**
 * Takes files of this machine in as a slide, by the same durable way as an upload: for the demo set and for
 * slides that are already on the server's disk. The files themselves are left alone. The same content again
 * gives the slide that is there.
 */
export async function ingestLocalFiles(
  { takeIn, scratchFolder, newId }: LocalIngestDeps,
  original: LocalOriginal,
): Promise<TakenIn> {
  const { files, ...about } = original;
  const folder = join(scratchFolder, newId());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const digests: Uint8Array[] = [];
    const staged: StagedOriginalFile[] = [];
    for (const [file, { path, at }] of files.entries()) {
      const stagedAt = join(folder, String(file));
      const bytes = await copyWithDigests(at, stagedAt, digests);
      staged.push({ path, bytes, stagedAt });
    }
    const whole = { contentDigest: contentDigest(digests), chunkBytes: CHUNK_BYTES, files: staged };
    return await takeIn({ slideId: null, ...about, ...whole }, () => Promise.resolve());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
