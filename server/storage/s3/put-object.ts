import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import type { BlobKey } from '../blob-store.ts';
import { withS3, type S3Bucket } from './s3-bucket.ts';

/** S3 takes parts of 5 MiB to 5 GiB, 10,000 at most (Amazon S3 User Guide, "Multipart upload limits"). */
const PART_BYTES = 16 << 20;
/** So many parts of one size, then they double: 10,000 parts then reach beyond the largest upload. */
const PARTS_OF_ONE_SIZE = 2_000;
const PARTS_AT_ONCE = 3;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
}

export function partBytesOf(part: number): number {
  return PART_BYTES * 2 ** Math.floor((part - 1) / PARTS_OF_ONE_SIZE);
}

/** Cuts a stream into parts. The last one may be short; an empty stream is one empty part. */
export async function* cutIntoParts(
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  bytesOf: (part: number) => number = partBytesOf,
): AsyncGenerator<Buffer> {
  let part = 1;
  let pieces: Uint8Array[] = [];
  let gathered = 0;
  for await (const chunk of bytes) {
    signal?.throwIfAborted();
    let rest = chunk;
    while (gathered + rest.length > bytesOf(part)) {
      const taken = bytesOf(part) - gathered;
      yield Buffer.concat([...pieces, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      pieces = [];
      gathered = 0;
      part += 1;
    }
    // A copy: the giver may use its buffer again.
    pieces.push(Buffer.from(rest));
    gathered += rest.length;
  }
  if (gathered > 0 || part === 1) yield Buffer.concat(pieces);
}

export async function putWhole(
  { client, settings, nameOf }: S3Bucket,
  key: BlobKey,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const target = { Bucket: settings.bucket, Key: nameOf(key) };
  await withS3(key, () =>
    client.send(
      new PutObjectCommand({ ...target, Body: bytes, ContentLength: bytes.length }),
      signal === undefined ? {} : { abortSignal: signal },
    ),
  );
}

/** Sends parts, a few at once. They become the object only when it is completed. */
async function sendParts(
  { client }: S3Bucket,
  target: Target & { readonly UploadId: string },
  parts: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<CompletedPart[]> {
  const sent: CompletedPart[] = [];
  const sending = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let PartNumber = 0;
  for await (const Body of parts) {
    PartNumber += 1;
    const number = PartNumber;
    const command = new UploadPartCommand({ ...target, PartNumber: number, Body });
    const one: Promise<void> = client
      .send(command, signal === undefined ? {} : { abortSignal: signal })
      .then(
        ({ ETag }) => void sent.push({ PartNumber: number, ...(ETag ? { ETag } : {}) }),
        (cause: unknown) => void failures.push(cause),
      )
      .finally(() => sending.delete(one));
    sending.add(one);
    if (sending.size >= PARTS_AT_ONCE) await Promise.race(sending);
    if (failures.length > 0) break;
  }
  await Promise.all(sending);
  if (failures.length > 0) throw failures[0];
  return sent.toSorted((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}

/** Parts of what was never completed cost room; a rule of the bucket's life cycle is the second broom. */
async function abandon(
  { client, log }: S3Bucket,
  target: Target & { readonly UploadId: string },
): Promise<void> {
  await client.send(new AbortMultipartUploadCommand(target)).catch((cause: unknown) => {
    log(`parts of ${target.Key} stay behind in the store: ${String(cause)}`);
  });
}

async function* chain(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function putInParts(
  bucket: S3Bucket,
  key: BlobKey,
  parts: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { client, settings, nameOf } = bucket;
  const object = { Bucket: settings.bucket, Key: nameOf(key) };
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand(object));
  const target = { ...object, UploadId };
  try {
    const Parts = await sendParts(bucket, target, parts, signal);
    await client.send(
      new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }),
    );
  } catch (cause) {
    await abandon(bucket, target);
    throw cause;
  }
}

/** Writes a stream as one object: in one piece when it fits one part, else part by part. Whole or not at all. */
export async function putStream(
  bucket: S3Bucket,
  key: BlobKey,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  const parts = cutIntoParts(bytes, signal)[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done === true) return;
  const second = await parts.next();
  if (second.done === true) return await putWhole(bucket, key, first.value, signal);
  const rest = chain(second.value, { [Symbol.asyncIterator]: () => parts });
  await withS3Stream(key, () => putInParts(bucket, key, chain(first.value, rest), signal));
}

/** What the giver of the stream failed with is its own; what the store failed with gets its name. */
async function withS3Stream(key: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if ((cause as { $metadata?: unknown }).$metadata === undefined) throw cause;
    await withS3(key, () => Promise.reject(cause));
  }
}
