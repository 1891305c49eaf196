import type { TestProject } from 'vitest/node';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startExternalPostgres } from '../database/external-postgres.ts';
import { startObjectServer, type ObjectServer } from './ceph.ts';
import { startRedis } from './redis.ts';

/** The engines of this run, and the environment by which a server finds them. */
export interface ClusterEngines {
  readonly DATABASE_URL: string;
  readonly S3_ENDPOINT: string;
  readonly S3_BUCKET: string;
  readonly REDIS_URL: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    clusterEngines: ClusterEngines;
  }
}

const BUCKET = 'farscope';

async function makeBucket({ endpoint, accessKey, secretKey }: ObjectServer): Promise<void> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
}

/** Brings up PostgreSQL, S3 and Redis from the distribution's packages, once for all tests of the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const begun = performance.now();
  const [postgres, objects, redis] = await Promise.all([
    startExternalPostgres(),
    startObjectServer(),
    startRedis(),
  ]);
  await makeBucket(objects);
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.log(`PostgreSQL ${postgres.version}, Ceph's S3 and Redis are up after ${seconds} s`);
  project.provide('clusterEngines', {
    DATABASE_URL: postgres.url,
    S3_ENDPOINT: objects.endpoint,
    S3_BUCKET: BUCKET,
    REDIS_URL: redis.url,
    AWS_ACCESS_KEY_ID: objects.accessKey,
    AWS_SECRET_ACCESS_KEY: objects.secretKey,
  });
  return async () => {
    await Promise.all([postgres.dispose(), objects.dispose(), redis.dispose()]);
  };
}
