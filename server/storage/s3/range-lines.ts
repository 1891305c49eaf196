import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Agent, request } from 'undici';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { BlobKey } from '../blob-store.ts';
import { nameS3Failure, type S3Bucket } from './s3-bucket.ts';

/** One object as it was when it was opened. */
export interface OpenedObject {
  readonly key: BlobKey;
  readonly etag: string | undefined;
}

/** Ranges of objects over lines that stay open: signed once, a third of the SDK's work for each. */
export interface RangeLines {
  /** @throws AppError 'storage.blob-missing', 'storage.blob-replaced', 'storage.store-*' */
  read(
    object: OpenedObject,
    offset: number,
    length: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  close(): Promise<void>;
}

const SIGNED_FOR_SECONDS = 3_600;
/** Signatures made with credentials of a role end with them: none is used for longer than this. */
const USED_FOR_MS = 10 * 60_000;
const MAX_SIGNED = 5_000;
const PAUSES_MS = [50, 250, 1_000];
const ANSWER_TIMEOUT_MS = 10_000;

interface Signed {
  readonly url: string;
  readonly untilMs: number;
}

/** Addresses with a signature in them, by key; signed again well before they end. */
function createSignatures({ client, settings, nameOf }: S3Bucket, now: () => number) {
  const signed = new Map<BlobKey, Signed>();
  return {
    urlOf: async (key: BlobKey): Promise<string> => {
      const known = signed.get(key);
      if (known !== undefined && now() < known.untilMs) return known.url;
      const command = new GetObjectCommand({ Bucket: settings.bucket, Key: nameOf(key) });
      const url = await getSignedUrl(client, command, { expiresIn: SIGNED_FOR_SECONDS });
      const oldest = signed.size >= MAX_SIGNED ? signed.keys().next().value : undefined;
      if (oldest !== undefined) signed.delete(oldest);
      signed.set(key, { url, untilMs: now() + USED_FOR_MS });
      return url;
    },
    forget: (key: BlobKey): void => void signed.delete(key),
  };
}

type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Another attempt may go better. */
  | { readonly kind: 'again'; readonly cause: unknown }
  | { readonly kind: 'unsigned' };

function refusalOf(status: number, { key }: OpenedObject): AppError | undefined {
  const fields = { key };
  if (status === 404) return new AppError('storage.blob-missing', 'no such object', { fields });
  // If-Match (RFC 9110, 13.1.1): the object is another one by now.
  if (status === 412) return new AppError('storage.blob-replaced', 'replaced', { fields });
  if (status === 416) return new AppError('format.truncated', 'the object is shorter');
  return undefined;
}

async function ask(
  agent: Agent,
  url: string,
  object: OpenedObject,
  [offset, length]: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { statusCode, body } = await request(url, {
    dispatcher: agent,
    headers: {
      range: `bytes=${offset}-${offset + length - 1}`,
      ...(object.etag === undefined ? {} : { 'if-match': object.etag }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (statusCode === 206 || statusCode === 200) {
    const bytes = Buffer.from(await body.arrayBuffer());
    const exact = statusCode === 206 ? bytes : bytes.subarray(offset, offset + length);
    if (exact.length === length) return { kind: 'bytes', bytes: exact };
    return { kind: 'again', cause: new Error(`${exact.length} of ${length} bytes came`) };
  }
  await body.dump();
  const refusal = refusalOf(statusCode, object);
  if (refusal !== undefined) throw refusal;
  if (statusCode === 403) return { kind: 'unsigned' };
  return { kind: 'again', cause: new Error(`the store answered ${statusCode}`) };
}

/** @param now milliseconds since the epoch */
export function openRangeLines(bucket: S3Bucket, now: () => number = Date.now): RangeLines {
  const agent = new Agent({
    connections: 64,
    keepAliveTimeout: 30_000,
    connect: { timeout: 3_000 },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const signatures = createSignatures(bucket, now);

  async function attempt(
    object: OpenedObject,
    range: readonly [number, number],
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    try {
      const url = await signatures.urlOf(object.key);
      const answer = await ask(agent, url, object, range, signal);
      if (answer.kind === 'unsigned') signatures.forget(object.key);
      return answer;
    } catch (cause) {
      if (cause instanceof AppError || signal?.aborted === true) throw cause;
      return { kind: 'again', cause };
    }
  }

  return {
    read: async (object, offset, length, signal) => {
      let last: Answer = { kind: 'unsigned' };
      for (const pauseMs of [...PAUSES_MS, 0]) {
        last = await attempt(object, [offset, length], signal);
        if (last.kind === 'bytes') return last.bytes;
        await sleep(pauseMs, undefined, signal === undefined ? {} : { signal });
      }
      const cause = last.kind === 'again' ? last.cause : { name: 'Forbidden', $metadata: {} };
      throw nameS3Failure(cause, object.key);
    },
    close: () => agent.close(),
  };
}
