import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRangeLines, type RangeLines } from './range-lines.ts';
import { openS3Bucket, type S3Bucket } from './s3-bucket.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const BYTES = Buffer.from(Array.from({ length: 500 }, (_, index) => index % 251));
const OBJECT = { key: 'hospital/original', etag: '"one"' };

/** A store in bad health: it gives these answers in turn, then good ones. */
let answers: Answer[] = [];
const asked: IncomingMessage[] = [];
let server: Server;
let bucket: S3Bucket;
let lines: RangeLines;

const goodAnswer: Answer = (request, response) => {
  const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  response.writeHead(206).end(BYTES.subarray(Number(first), Number(last) + 1));
};

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'key';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'secret';
  server = createServer((request, response) => {
    if (request.method === 'HEAD') {
      response.writeHead(200).end();
      return;
    }
    asked.push(request);
    (answers.shift() ?? goodAnswer)(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  bucket = await openS3Bucket(
    {
      endpoint: `http://127.0.0.1:${port}`,
      bucket: 'slides',
      region: 'us-east-1',
      pathStyle: true,
      prefix: 'p/',
      cacheBytes: 0,
    },
    () => undefined,
  );
  lines = openRangeLines(bucket);
});
afterAll(async () => {
  await lines.close();
  bucket.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answers = [];
  asked.length = 0;
});

const status =
  (code: number): Answer =>
  (_, response) =>
    void response.writeHead(code).end('<Error/>');

test('a range is asked for by a signed address, of the object as it was opened', async () => {
  expect(Buffer.from(await lines.read(OBJECT, 7, 100))).toEqual(BYTES.subarray(7, 107));
  const [request] = asked;
  expect(request?.url).toMatch(/^\/slides\/p\/hospital\/original\?.*X-Amz-Signature=/);
  expect(request?.headers).toMatchObject({ range: 'bytes=7-106', 'if-match': '"one"' });
});

test('a store that is slow to answer, cuts its answer short or hangs up is asked again', async () => {
  answers = [
    status(503),
    (_, response) => void response.writeHead(206).end(BYTES.subarray(0, 3)),
    (request) => request.socket.destroy(),
  ];
  expect(Buffer.from(await lines.read(OBJECT, 0, 10))).toEqual(BYTES.subarray(0, 10));
  expect(asked.length).toBe(4);
});

test('an address whose signature is over is signed again', async () => {
  answers = [status(403)];
  expect((await lines.read(OBJECT, 0, 10)).length).toBe(10);
  expect(asked.length).toBe(2);
});

test('what will not get better is said at once, by name', async () => {
  for (const [code, name] of [
    [404, 'storage.blob-missing'],
    [412, 'storage.blob-replaced'],
    [416, 'format.truncated'],
  ] as const) {
    asked.length = 0;
    answers = [status(code)];
    await expect(lines.read(OBJECT, 0, 10)).rejects.toMatchObject({ code: name });
    expect(asked.length).toBe(1);
  }
});

test('a store that stays away, or refuses, is named after some attempts', async () => {
  answers = Array.from({ length: 4 }, () => status(500));
  await expect(lines.read(OBJECT, 0, 10)).rejects.toMatchObject({ code: 'storage.store-away' });
  answers = Array.from({ length: 4 }, () => status(403));
  await expect(lines.read(OBJECT, 0, 10)).rejects.toMatchObject({ code: 'storage.store-refused' });
});

test('who gives up is not waited for', async () => {
  const giveUp = new AbortController();
  answers = [() => giveUp.abort()];
  await expect(lines.read(OBJECT, 0, 10, giveUp.signal)).rejects.toThrow(/abort/i);
});
