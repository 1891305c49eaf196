import { connect } from 'node:net';
import { percentile } from './measure.ts';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly paths: readonly string[];
  readonly cookie: string | null;
  /** Stops after this time, or when each path was asked for once. */
  readonly seconds: number;
  readonly once: boolean;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  readonly failed: number;
  readonly bytes: number;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/** A keep-alive connection over a bare socket: what a client library costs is not measured. */
function openConnection(port: number, onAnswer: (status: number, bytes: number) => void) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let pending: Buffer | undefined;
  let left = 0;
  let status = 0;
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    if (left > 0) {
      left -= chunk.length;
      if (left === 0) onAnswer(status, length);
      return;
    }
    pending = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    const end = pending.indexOf(HEADER_END);
    if (end === -1) return;
    const head = pending.toString('latin1', 0, end);
    status = Number(head.slice(9, 12));
    length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    left = length - (pending.length - end - 4);
    pending = undefined;
    if (left === 0) onAnswer(status, length);
  });
  return socket;
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const { port, paths, cookie, connections, once } = order;
  const tail = `\r\nHost: 127.0.0.1\r\n${cookie === null ? '' : `Cookie: ${cookie}\r\n`}\r\n`;
  const requests = paths.map((path) => `GET ${path} HTTP/1.1${tail}`);
  const latencies: number[] = [];
  const totals = { next: 0, failed: 0, bytes: 0 };
  const begun = performance.now();
  const until = begun + order.seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, () => {
      return new Promise<void>((resolve, reject) => {
        let sent = 0;
        const ask = (): void => {
          const done = once && totals.next >= requests.length;
          if (done || performance.now() > until) {
            socket.end();
            resolve();
            return;
          }
          sent = performance.now();
          socket.write(requests[totals.next++ % requests.length] ?? '', 'latin1');
        };
        const socket = openConnection(port, (status, bytes) => {
          latencies.push(performance.now() - sent);
          totals.bytes += bytes;
          if (status !== 200) totals.failed++;
          ask();
        });
        socket.on('connect', ask);
        socket.on('error', reject);
      });
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: latencies.length / seconds,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
    requests: latencies.length,
    failed: totals.failed,
    bytes: totals.bytes,
  };
}

process.on('message', (order) => {
  void load(order as LoadOrder).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
