import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ByteSource } from '../../../shared/bytes/byte-source.ts';
import type { BlockRoom } from '../block-room.ts';
import type { BlobKey } from '../blob-store.ts';
import type { ObjectFolder } from '../object-folder.ts';
import { putWhole } from './put-object.ts';
import type { RangeLines } from './range-lines.ts';
import { withS3, type S3Bucket } from './s3-bucket.ts';

/** The most that one call may name (Amazon S3 API, DeleteObjects). */
const DELETED_AT_ONCE = 1_000;

interface Listed {
  readonly keys: string[];
  readonly folders: string[];
}

async function list(bucket: S3Bucket, prefix: string, delimiter?: string): Promise<Listed> {
  const { client, settings, nameOf } = bucket;
  const found: Listed = { keys: [], folders: [] };
  let from: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: settings.bucket,
      Prefix: nameOf(prefix),
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
      ...(from === undefined ? {} : { ContinuationToken: from }),
    });
    const page = await withS3(prefix, () => client.send(command));
    const inside = (name = ''): string => name.slice(settings.prefix.length);
    found.keys.push(...(page.Contents ?? []).map(({ Key }) => inside(Key)));
    found.folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => inside(Prefix)));
    from = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (from !== undefined);
  return found;
}

async function deleteSome(
  { client, settings, nameOf }: S3Bucket,
  keys: readonly string[],
): Promise<void> {
  const Objects = keys.map((key) => ({ Key: nameOf(key) }));
  const command = new DeleteObjectsCommand({
    Bucket: settings.bucket,
    Delete: { Objects, Quiet: true },
  });
  const { Errors = [] } = await withS3(keys[0] ?? '', () => client.send(command));
  const [first] = Errors;
  if (first !== undefined) throw new Error(`${Errors.length} objects stayed: ${first.Code ?? ''}`);
}

/** A range of no bytes cannot be asked for. */
async function readWhole(source: ByteSource): Promise<Uint8Array> {
  return source.size === 0 ? new Uint8Array() : await source.read(0, source.size);
}

/** @param room where objects are kept that were read of late; under one key lie the same bytes for good */
export function openS3ObjectFolder(
  bucket: S3Bucket,
  lines: RangeLines,
  room: BlockRoom,
): ObjectFolder {
  function sourceOf(key: BlobKey, bytes: number): ByteSource {
    const object = { key, etag: undefined };
    return {
      size: bytes,
      read: (offset, length, signal) => lines.read(object, offset, length, signal),
    };
  }
  return {
    put: (key, bytes) => putWhole(bucket, key, bytes),
    get: (key, bytes) => readWhole(sourceOf(key, bytes)),
    getKept: (key, bytes) => readWhole(room.withBlocks(key, sourceOf(key, bytes))),
    keysBelow: async (prefix) => (await list(bucket, prefix)).keys,
    foldersBelow: async (prefix) =>
      (await list(bucket, prefix, '/')).folders.map((name) => name.slice(prefix.length, -1)),
    deleteAll: async (keys) => {
      const calls = Array.from({ length: Math.ceil(keys.length / DELETED_AT_ONCE) }, (_, call) =>
        keys.slice(call * DELETED_AT_ONCE, (call + 1) * DELETED_AT_ONCE),
      );
      await Promise.all(calls.map((some) => deleteSome(bucket, some)));
    },
  };
}
