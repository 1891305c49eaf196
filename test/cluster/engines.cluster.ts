import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { openRedisMessages, type RedisMessages } from '../../server/storage/redis-messages.ts';
import { openS3Store } from '../../server/storage/s3/s3-blob-store.ts';
import type { S3Settings } from '../../server/storage/s3/s3-bucket.ts';
import { openObjectStaging } from '../../server/uploads/object-staging.ts';
import { describeBlobStore } from '../contract/blob-store.contract.ts';
import { describeMessages } from '../contract/messages.contract.ts';
import { describeStaging } from '../contract/staging.contract.ts';
import { findFreePort } from './own-process.ts';
import { startRedis } from './redis.ts';

const engines = inject('clusterEngines');
// The SDK looks for keys in the environment, as it does in a server.
Object.assign(process.env, engines);

function settingsFor(prefix: string, change: Partial<S3Settings> = {}): S3Settings {
  return {
    endpoint: engines.S3_ENDPOINT,
    bucket: engines.S3_BUCKET,
    region: 'us-east-1',
    pathStyle: true,
    prefix,
    cacheBytes: 16 << 20,
    ...change,
  };
}

const log: string[] = [];
const say = (line: string): void => void log.push(line);

describeBlobStore('S3', async () => {
  const { blobs, close } = await openS3Store(settingsFor('contract/'), say);
  return { store: blobs, dispose: close };
});

describeStaging('objects in S3', async () => {
  const here = await openS3Store(settingsFor('staged/'), say);
  const there = await openS3Store(settingsFor('staged/'), say);
  return {
    here: openObjectStaging(here.objects),
    there: openObjectStaging(there.objects),
    dispose: async () => {
      await here.close();
      await there.close();
    },
  };
});

test('a bucket that is not there, a key that is wrong, and a store that is away have names', async () => {
  const open = (change: Partial<S3Settings>) => openS3Store(settingsFor('', change), say);
  await expect(open({ bucket: 'nowhere' })).rejects.toMatchObject({
    code: 'storage.store-refused',
    fields: { reason: 'NoSuchBucket' },
  });
  process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
  await expect(open({})).rejects.toMatchObject({ code: 'storage.store-refused' });
  process.env['AWS_SECRET_ACCESS_KEY'] = engines.AWS_SECRET_ACCESS_KEY;
  const away = `http://127.0.0.1:${await findFreePort()}`;
  await expect(open({ endpoint: away })).rejects.toMatchObject({ code: 'storage.store-away' });
});

describeMessages('Redis', async () => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const open = () => openRedisMessages({ url: engines.REDIS_URL, onError, log: say });
  const [here, there] = [open(), open()];
  const dispose = async () => {
    await here.close();
    await there.close();
  };
  return { here, there, errors, dispose };
});

async function untilConnected(...all: RedisMessages[]): Promise<void> {
  const areConnected = () => all.every((one) => one.isConnected());
  await expect.poll(areConnected, { timeout: 20_000, interval: 20 }).toBe(true);
}

test('a Redis that goes away is reported once and found again; listeners of one process hear each other meanwhile', async () => {
  const redis = await startRedis();
  const said: string[] = [];
  const open = () =>
    openRedisMessages({
      url: redis.url,
      onError: (error) => said.push(String(error)),
      log: (line) => said.push(line),
    });
  const [here, there] = [open(), open()];
  await untilConnected(here, there);
  const near: string[] = [];
  const far: string[] = [];
  here.subscribe('word', (text) => near.push(text));
  there.subscribe('word', (text) => far.push(text));
  await redis.kill();
  await expect.poll(() => here.isConnected(), { timeout: 20_000, interval: 20 }).toBe(false);
  here.publish('word', 'while it is away');
  const late: string[] = [];
  // Asked for while nobody is there to ask.
  there.subscribe('late', (text) => late.push(text));
  await sleep(1_000);
  expect(near).toEqual(['while it is away']);
  expect(far).toEqual([]);
  expect(said.filter((line) => line.includes('is away')).length).toBeLessThanOrEqual(4);
  await redis.startAgain();
  await untilConnected(here, there);
  const words = () => {
    here.publish('word', 'back');
    here.publish('late', 'back');
    return [far.includes('back'), late.includes('back')];
  };
  await expect.poll(words, { timeout: 20_000, interval: 50 }).toEqual([true, true]);
  expect(said.some((line) => line.includes('is back'))).toBe(true);
  await here.close();
  await there.close();
  await redis.dispose();
});

test('a server that starts before its Redis finds it when it comes', async () => {
  const redis = await startRedis();
  await redis.kill();
  const messages = openRedisMessages({ url: redis.url, onError: () => undefined, log: say });
  messages.publish('early', 'lost, and no harm done');
  await redis.startAgain();
  await untilConnected(messages);
  await messages.close();
  await redis.dispose();
});
