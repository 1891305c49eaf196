import { createServer as createNodeServer, type IncomingMessage, type Server } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { boundConnections, type ConnectionLimits } from './connection-bounds.ts';
import type { FloodGate } from './flood-gate.ts';
import type { Metrics } from './metrics.ts';
import { refuseLater } from './refuse-later.ts';

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
  /** Asked about what the short way has not answered. */
  readonly gate: FloodGate;
  readonly metrics: Pick<Metrics, 'refused' | 'gauge'>;
  readonly newRequestId: () => string;
  readonly connections: ConnectionLimits;
}

/**
 * Connections that wait to be taken up; the system caps it (net.core.somaxconn). With Node's 511 a burst of
 * thousands made who came among them wait seconds for the next try of their TCP.
 */
const BACKLOG = 4_096;

/** Everything but tiles: through the gate to Express, or refused. */
function longWay({ app, gate, metrics, newRequestId }: HttpServerParts) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const verdict = gate(request);
    if (verdict.kind === 'pass') return app(request, response);
    metrics.refused(verdict.by);
    const { retryAfterSeconds } = verdict;
    refuseLater(request, response, { requestId: newRequestId(), retryAfterSeconds });
  };
}

/** One port for everything: tiles on the short way, all else through Express. */
export function createServer(parts: HttpServerParts): HttpServer {
  const { fast, metrics, connections } = parts;
  const goLong = longWay(parts);
  let stopping = false;
  const server = createNodeServer(
    { headersTimeout: 15_000, requestTimeout: 0, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      if (stopping) response.setHeader('Connection', 'close');
      bounds.use(request.socket, response);
      if (fast?.(request, response) !== true) goLong(request, response);
    },
  );
  server.keepAliveTimeout = 65_000;
  server.on('upgrade', parts.upgrade);
  const bounds = boundConnections(server, connections, { now: Date.now, onCut: metrics.refused });
  metrics.gauge('farscope_http_connections', 'Open connections', () => bounds.size());
  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ port, host, backlog: BACKLOG }, () => {
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
          bounds.close();
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeIdleConnections();
      }),
  };
}
