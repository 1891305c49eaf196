import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../test/server.ts';
import { loadStaticFiles } from './static-files.ts';

let folder: string;
let server: TestServer;
const SCRIPT = 'console.log("farscope");'.repeat(20);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farscope-client-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><html><head></head></html>');
  await writeFile(join(folder, 'assets/app-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'assets/app-1a2b.js.map'), '{}');
  await writeFile(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, '..', 'farscope-outside.txt'), 'outside');
  server = await startTestServer({ staticFiles: await loadStaticFiles(folder) });
});
afterAll(async () => {
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
  await rm(join(folder, '..', 'farscope-outside.txt'), { force: true });
});

test('every screen is the page, asked for anew, with a nonce that its policy names', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/index.html', '/slides/0198f1c2', '/sign-in?next=%2F']) {
    const reply = await server.anonymous.fetch(path);
    expect(reply.headers.get('cache-control')).toBe('no-cache');
    const nonce = /nonce="([^"]+)"/.exec(await reply.text())?.[1] ?? '';
    expect(reply.headers.get('content-security-policy')).toContain(
      `style-src 'self' 'nonce-${nonce}'`,
    );
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(4);
});

test('a hashed asset is kept for ever and sent compressed to who can read it', async () => {
  const reply = await server.anonymous.fetch('/assets/app-1a2b.js', {
    headers: { 'Accept-Encoding': 'br' },
  });
  expect(reply.headers.get('content-encoding')).toBe('br');
  expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(await reply.text()).toBe(SCRIPT);
  const plain = await server.anonymous.fetch('/assets/app-1a2b.js', {
    headers: { 'Accept-Encoding': 'identity' },
  });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const again = await server.anonymous.fetch('/assets/app-1a2b.js', {
    headers: { 'If-None-Match': plain.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
});

test('another file is asked for anew', async () => {
  const reply = await server.anonymous.fetch('/icon.svg');
  expect(reply.headers.get('content-type')).toBe('image/svg+xml');
  expect(reply.headers.get('cache-control')).toBe('no-cache');
});

test('a missing asset and a source map are not found, and never the page', async () => {
  for (const path of ['/assets/app-old.js', '/assets/app-1a2b.js.map']) {
    expect((await server.anonymous.fetch(path)).status).toBe(404);
  }
});

test('no path leads out of the built client', async () => {
  for (const path of [
    '/..%2ffarscope-outside.txt',
    '/assets/..%2f..%2ffarscope-outside.txt',
    '/%2e%2e/farscope-outside.txt',
  ]) {
    expect(await (await server.anonymous.fetch(path)).text()).not.toContain('outside');
  }
});

test('a page cannot be posted to', async () => {
  const reply = await server.anonymous.fetch('/', { method: 'POST' });
  expect(reply.status).toBe(404);
});
