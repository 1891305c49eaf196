import { readFile } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * What the product is compared with: node:http and nothing else, no sign-in, no slide; each request is
 * one readFile of a file that holds just the bytes to be sent, and the same headers.
 */
const [folder = '', port = '0'] = process.argv.slice(2);

const server = createServer((request, response) => {
  const name = (request.url ?? '').slice(1);
  readFile(join(folder, name), (error, bytes) => {
    if (error !== null) {
      response.writeHead(404);
      response.end();
      return;
    }
    response.writeHead(200, [
      'Content-Type',
      'image/jpeg',
      'Content-Length',
      String(bytes.length),
      'Cache-Control',
      'private, max-age=31536000, immutable',
      'ETag',
      `"${name}"`,
      'X-Content-Type-Options',
      'nosniff',
      'Cross-Origin-Resource-Policy',
      'same-origin',
    ]);
    response.end(bytes);
  });
});
server.keepAliveTimeout = 65_000;
server.listen(Number(port), '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit(0));
