import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Request, Response } from 'express';
import { contentSecurityPolicy } from './security-headers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface StaticFile {
  readonly contentType: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly encoded: ReadonlyMap<string, Buffer>;
}

/** Answers with a file of the built client; false: there is none under this path. */
export interface StaticFiles {
  send(request: Request, response: Response): boolean;
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.map')) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(`/${relative(folder, path).split(sep).join('/')}`, await readFile(path));
  }
  return found;
}

function describeFile(path: string, bytes: Buffer, all: ReadonlyMap<string, Buffer>): StaticFile {
  const encoded = new Map<string, Buffer>();
  for (const [encoding, suffix] of ENCODINGS) {
    const smaller = all.get(path + suffix);
    if (smaller !== undefined) encoded.set(encoding, smaller);
  }
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const contentType = TYPES[extname(path)] ?? 'application/octet-stream';
  return { contentType, etag: `"${digest}"`, bytes, encoded };
}

function sendPage(response: Response, page: string): void {
  const nonce = randomBytes(16).toString('base64');
  const meta = `<meta property="csp-nonce" nonce="${nonce}">`;
  const body = Buffer.from(page.replace('<head>', `<head>${meta}`));
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce));
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader('Content-Length', body.byteLength);
  response.end(body);
}

function sendFile(request: Request, response: Response, path: string, file: StaticFile): void {
  const hashed = path.startsWith('/assets/');
  response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  if (request.get('if-none-match') === file.etag) {
    response.status(304).end();
    return;
  }
  const encoding = ENCODINGS.find(
    ([name]) => file.encoded.has(name) && request.acceptsEncodings(name) !== false,
  )?.[0];
  const body = (encoding === undefined ? undefined : file.encoded.get(encoding)) ?? file.bytes;
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Type', file.contentType);
  response.setHeader('Content-Length', body.byteLength);
  response.end(body);
}

/**
 * Reads the built client into memory. A path of a request is only ever looked up among these names: it
 * never reaches the file system.
 */
export async function loadStaticFiles(folder: string): Promise<StaticFiles> {
  const all = await readFolder(folder);
  const files = new Map<string, StaticFile>();
  for (const [path, bytes] of all) {
    if (!/\.(br|gz)$/.test(path)) files.set(path, describeFile(path, bytes, all));
  }
  const page = all.get('/index.html')?.toString('utf8');
  return {
    send: (request, response) => {
      response.locals['route'] = 'static';
      const file = request.path === '/index.html' ? undefined : files.get(request.path);
      if (file !== undefined) {
        sendFile(request, response, request.path, file);
        return true;
      }
      // A missing asset must not be answered with the page; any other path is a screen of the client.
      if (page === undefined || request.path.startsWith('/assets/')) return false;
      sendPage(response, page);
      return true;
    },
  };
}
