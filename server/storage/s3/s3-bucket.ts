import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { BlobKey } from '../blob-store.ts';

/** Where the bucket is. Who may enter it is found by the SDK: environment, file, or the machine's own role. */
export interface S3Settings {
  /** Left out: Amazon's own, by region. */
  readonly endpoint: string | undefined;
  readonly bucket: string;
  readonly region: string;
  /** The bucket as the first segment of the path, not as a host name: what most stores in-house speak. */
  readonly pathStyle: boolean;
  /** Before every key, so that several installations may share a bucket: '' or 'farscope/'. */
  readonly prefix: string;
  /** Of recently read blocks, in memory. */
  readonly cacheBytes: number;
}

/** A bucket that was found to answer. */
export interface S3Bucket {
  readonly client: S3Client;
  readonly settings: S3Settings;
  readonly log: (line: string) => void;
  /** The name of a blob in the bucket. */
  readonly nameOf: (key: BlobKey) => string;
  /** @throws AppError 'storage.store-away', 'storage.store-refused' */
  readonly check: () => Promise<void>;
  readonly close: () => void;
}

const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const REFUSED = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'Forbidden',
  'InvalidAccessKeyId',
  'NoSuchBucket',
  'PermanentRedirect',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
]);
/** Beyond these the store is slow, not wrong: the SDK tries again by itself, with pauses that grow. */
const ATTEMPTS = 4;
const CONNECT_TIMEOUT_MS = 3_000;
/** Without a byte either way. */
const SILENCE_TIMEOUT_MS = 15_000;

interface S3Failure {
  readonly name?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * The failure under a name of ours. Refusals are for who runs the server; everything else passes, and whoever asked
 * tries again.
 */
export function nameS3Failure(cause: unknown, key: string): unknown {
  if (cause instanceof AppError) return cause;
  const { name, $metadata } = cause as S3Failure;
  if (name === 'AbortError') return cause;
  const status = $metadata?.httpStatusCode;
  const fields = { key };
  // A bucket that is not there answers 404 as well, under its own name.
  if (MISSING.has(String(name)) || (status === 404 && name !== 'NoSuchBucket')) {
    return new AppError('storage.blob-missing', 'no such object', { cause, fields });
  }
  const code =
    REFUSED.has(String(name)) || status === 403 ? 'storage.store-refused' : 'storage.store-away';
  return new AppError(code, `the object store: ${String(name)}`, {
    cause,
    fields: { ...fields, reason: String(name) },
  });
}

/** Runs one exchange with the store and gives its failure a name. */
export async function withS3<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw nameS3Failure(cause, key);
  }
}

function newClient({ endpoint, region, pathStyle }: S3Settings): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: ATTEMPTS,
    // Else the SDK adds checksums in trailers that stores other than Amazon's refuse or misread.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

async function checkBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await withS3(bucket, () => client.send(new HeadBucketCommand({ Bucket: bucket })));
  } catch (cause) {
    // Asking about a bucket answers 404 without a name: what is missing is the bucket.
    if (!(cause instanceof AppError) || cause.code !== 'storage.blob-missing') throw cause;
    throw new AppError('storage.store-refused', 'no such bucket', {
      cause,
      fields: { key: bucket, reason: 'NoSuchBucket' },
    });
  }
}

/**
 * Opens a bucket that is there.
 * @throws AppError 'storage.store-away', 'storage.store-refused'
 */
export async function openS3Bucket(
  settings: S3Settings,
  log: (line: string) => void,
): Promise<S3Bucket> {
  const client = newClient(settings);
  const { bucket, prefix } = settings;
  const check = () => checkBucket(client, bucket);
  try {
    await check();
  } catch (cause) {
    client.destroy();
    throw cause;
  }
  return {
    client,
    settings,
    log,
    check,
    nameOf: (key) => `${prefix}${key}`,
    close: () => client.destroy(),
  };
}
