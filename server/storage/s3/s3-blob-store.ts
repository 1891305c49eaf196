import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../../shared/errors/app-error.ts';
import { isBlobKey, type BlobKey, type BlobReader, type BlobStore } from '../blob-store.ts';
import { createBlockRoom, type BlockRoom } from '../block-room.ts';
import type { ObjectFolder } from '../object-folder.ts';
import { putStream } from './put-object.ts';
import { openRangeLines, type RangeLines } from './range-lines.ts';
import { openS3Bucket, withS3, type S3Bucket, type S3Settings } from './s3-bucket.ts';
import { openS3ObjectFolder } from './s3-object-folder.ts';

/** A bucket as the server uses it: originals, and chunks on their way. */
export interface S3Store {
  readonly blobs: BlobStore;
  readonly objects: ObjectFolder;
  /** Bytes of recently read blocks in memory. */
  readonly cachedBytes: () => number;
  readonly close: () => Promise<void>;
}

/** A row of a dozen tiles lies side by side in most files: one request brings them all. */
const BLOCK_BYTES = 256 << 10;
const LONGEST_CACHED_READ = 2 << 20;
const FILE_PIECE_BYTES = 1 << 20;

function checked(key: BlobKey): BlobKey {
  if (!isBlobKey(key)) throw new TypeError('not a blob key');
  return key;
}

interface Head {
  readonly bytes: number;
  readonly etag: string | undefined;
}

async function headOf(
  { client, settings, nameOf }: S3Bucket,
  key: BlobKey,
): Promise<Head | undefined> {
  const command = new HeadObjectCommand({ Bucket: settings.bucket, Key: nameOf(checked(key)) });
  try {
    const { ContentLength = 0, ETag } = await withS3(key, () => client.send(command));
    return { bytes: ContentLength, etag: ETag };
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'storage.blob-missing') return undefined;
    throw cause;
  }
}

async function openReader(
  bucket: S3Bucket,
  lines: RangeLines,
  room: BlockRoom,
  key: BlobKey,
): Promise<BlobReader> {
  const head = await headOf(bucket, key);
  if (head === undefined) {
    throw new AppError('storage.blob-missing', 'no such blob', { fields: { key } });
  }
  const object = { key, etag: head.etag };
  const source = room.withBlocks(`${key} ${head.etag ?? ''}`, {
    size: head.bytes,
    read: (offset, length, signal) => lines.read(object, offset, length, signal),
  });
  return { ...source, close: () => Promise.resolve() };
}

async function putFile(bucket: S3Bucket, key: BlobKey, path: string): Promise<void> {
  // Before anything is sent: a file that is gone was moved in before, perhaps.
  await stat(path);
  const stream = createReadStream(path, { highWaterMark: FILE_PIECE_BYTES });
  await putStream(bucket, checked(key), stream as AsyncIterable<Uint8Array>);
  await rm(path, { force: true });
}

/**
 * Blobs and chunks in a bucket, which any number of processes use at once.
 * @throws AppError 'storage.store-away', 'storage.store-refused'
 */
export async function openS3Store(
  settings: S3Settings,
  log: (line: string) => void,
): Promise<S3Store> {
  const bucket = await openS3Bucket(settings, log);
  const lines = openRangeLines(bucket);
  const room = createBlockRoom({
    blockBytes: BLOCK_BYTES,
    maxBytes: settings.cacheBytes,
    longestRead: LONGEST_CACHED_READ,
  });
  const blobs: BlobStore = {
    put: async (key, bytes, signal) => await putStream(bucket, checked(key), bytes, signal),
    putFile: (key, path) => putFile(bucket, key, path),
    openReader: (key) => openReader(bucket, lines, room, key),
    exists: async (key) => (await headOf(bucket, key)) !== undefined,
    delete: async (key) => {
      const Key = bucket.nameOf(checked(key));
      const command = new DeleteObjectCommand({ Bucket: settings.bucket, Key });
      await withS3(key, () => bucket.client.send(command));
    },
    check: bucket.check,
  };
  return {
    blobs,
    objects: openS3ObjectFolder(bucket, lines, room),
    cachedBytes: room.bytes,
    close: async () => {
      await lines.close();
      bucket.close();
    },
  };
}
