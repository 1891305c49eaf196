import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { S3Settings } from './storage/s3/s3-bucket.ts';

const flag = (standard: boolean) =>
  z
    .enum(['0', '1', 'true', 'false', ''])
    .default(standard ? '1' : '0')
    .transform((value) => (value === '' ? standard : value === '1' || value === 'true'));

const bytes = (standard: number) => z.coerce.number().int().min(0).default(standard);

/** Express's "trust proxy": a number of proxies, or addresses and nets such as "loopback, 10.0.0.0/8". */
const trustProxy = z
  .string()
  .default('')
  .transform((value) => {
    if (value === '' || value === '0') return false;
    return /^\d+$/.test(value) ? Number(value) : value;
  });

/** What the environment may say. Everything has a default; `npm start` needs nothing of it. */
const Environment = z.object({
  DATA_DIR: z.string().min(1).default('./data'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** Keys and first passwords; several processes share one folder, or copies of it. */
  SECRETS_DIR: z.string().min(1).optional(),
  DATABASE_URL: z.string().min(1).optional(),
  /** Originals and arriving chunks in a bucket; left out: in DATA_DIR. Access keys as the AWS SDK finds them. */
  S3_BUCKET: z.string().min(1).optional(),
  /** Left out: Amazon's own, by region. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  /** Standard: yes with an S3_ENDPOINT, no without. */
  S3_PATH_STYLE: z.enum(['0', '1', 'true', 'false']).optional(),
  /** Before every key, for example "farscope/". */
  S3_PREFIX: z
    .string()
    .regex(/^([\w.-]+\/)*$/)
    .default(''),
  /** Recently read blocks of the bucket, in memory. */
  S3_CACHE_BYTES: bytes(256 << 20),
  /** Messages between processes; left out: there is one process. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** The demo alliance on the first run, and its sign-ins on the sign-in page. */
  FARSCOPE_DEMO: flag(true),
  /** Small demo slides, for tests. */
  FARSCOPE_DEMO_SLIDES: z.enum(['full', 'small', 'none']).default('full'),
  TRUST_PROXY: trustProxy,
  /** Cookies only over https, even if the proxy does not say that the caller came by https. */
  SECURE_COOKIES: flag(false),
  METRICS_TOKEN: z.string().min(16).optional(),
  TILE_CACHE_BYTES: bytes(4 * 2 ** 30),
  /** Below this much free disk the server is not ready. */
  MIN_FREE_BYTES: bytes(1 << 30),
  /** Processes that pyramid flat pictures. 0: none here, they run on another machine. */
  WORKERS: z.coerce.number().int().min(0).max(64).default(1),
  CLIENT_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** 'stdout', 'file' (DATA_DIR/logs/farscope.log), or 'auto': a file when a person is looking on. */
  LOG_TO: z.enum(['auto', 'stdout', 'file']).default('auto'),
});

export interface ServerConfig {
  readonly dataDir: string;
  /** Keys and first passwords, 0700. Part of a backup, never of the database. */
  readonly secretsDir: string;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  /** undefined: blobs lie in `dataDir`. */
  readonly s3: S3Settings | undefined;
  readonly redisUrl: string | undefined;
  readonly demo: boolean;
  readonly demoSlides: 'full' | 'small' | 'none';
  readonly trustProxy: boolean | number | string;
  readonly secureCookies: boolean;
  readonly metricsToken: string | undefined;
  readonly tileCacheBytes: number;
  readonly minFreeBytes: number;
  readonly workers: number;
  readonly clientDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly logTo: 'auto' | 'stdout' | 'file';
}

/** Every variable that means something; the documents list them all. */
export const VARIABLES: readonly string[] = Object.keys(Environment.shape);

type Read = z.output<typeof Environment>;

function s3Settings(read: Read): S3Settings | undefined {
  if (read.S3_BUCKET === undefined) return undefined;
  const { S3_PATH_STYLE: asked, S3_ENDPOINT: endpoint } = read;
  return {
    bucket: read.S3_BUCKET,
    endpoint,
    region: read.S3_REGION,
    pathStyle: asked === undefined ? endpoint !== undefined : asked === '1' || asked === 'true',
    prefix: read.S3_PREFIX,
    cacheBytes: read.S3_CACHE_BYTES,
  };
}

const PROJECT_ROOT = resolve(import.meta.dirname, '..');

/**
 * Reads the environment.
 * @throws z.ZodError that names each variable that does not fit
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfig {
  const read = Environment.parse(environment);
  const dataDir = resolve(read.DATA_DIR);
  return {
    dataDir,
    secretsDir:
      read.SECRETS_DIR === undefined ? join(dataDir, 'secrets') : resolve(read.SECRETS_DIR),
    host: read.HOST,
    port: read.PORT,
    databaseUrl: read.DATABASE_URL,
    s3: s3Settings(read),
    redisUrl: read.REDIS_URL,
    demo: read.FARSCOPE_DEMO,
    demoSlides: read.FARSCOPE_DEMO_SLIDES,
    trustProxy: read.TRUST_PROXY,
    secureCookies: read.SECURE_COOKIES,
    metricsToken: read.METRICS_TOKEN,
    tileCacheBytes: read.TILE_CACHE_BYTES,
    minFreeBytes: read.MIN_FREE_BYTES,
    workers: read.WORKERS,
    clientDir: resolve(read.CLIENT_DIR ?? join(PROJECT_ROOT, 'dist/client')),
    logLevel: read.LOG_LEVEL,
    logTo: read.LOG_TO,
  };
}
