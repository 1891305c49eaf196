import { createServer as createNodeServer, type IncomingMessage, type Server } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Offered every request first; true: it has answered, or will. */
export type FastPath = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface HttpServer {
  readonly server: Server;
  /** Begins to accept; answers with the port, which the system chose when it was given 0. */
  listen(port: number, host: string): Promise<number>;
  /** Stops accepting, lets what is under way finish for `graceMs`, then cuts what is left. */
  stop(graceMs: number): Promise<void>;
}

export interface HttpServerParts {
  readonly fast: FastPath | undefined;
  readonly app: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends what was upgraded: Node waits for these and closes none. */
  readonly closeUpgraded: () => void;
}

/** One port for everything: tiles on the short way, all else through Express. */
export function createServer(parts: HttpServerParts): HttpServer {
  const { fast, app } = parts;
  let stopping = false;
  const server = createNodeServer(
    { headersTimeout: 15_000, requestTimeout: 0, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      if (stopping) response.setHeader('Connection', 'close');
      if (fast?.(request, response) !== true) app(request, response);
    },
  );
  server.keepAliveTimeout = 65_000;
  server.on('upgrade', parts.upgrade);
  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    stop: (graceMs) =>
      new Promise((resolve, reject) => {
        stopping = true;
        parts.closeUpgraded();
        const cut = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close((error) => {
          clearTimeout(cut);
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
      }),
  };
}
