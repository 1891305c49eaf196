import { statfs } from 'node:fs/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Where the bytes of a tile came from. */
export type TileSource = 'memory' | 'file' | 'composed' | 'disk-cache' | 'not-arrived' | 'failed';

/** By which bound: of an account, of an address, of an account's tiles, or of connections. */
export type RefusedWhy = 'account' | 'address' | 'tiles' | 'connections' | 'ahead' | 'stuck';

/** What the floors above report. Cheap: a number goes up. */
export interface Metrics {
  readonly registry: Registry;
  /** `route` is the template of the endpoint table, never a path with ids. */
  request(method: string, route: string, status: number, seconds: number): void;
  tile(source: TileSource): void;
  uploadBytes(bytes: number): void;
  /** A request or a connection of a flood. */
  refused(why: RefusedWhy): void;
  signIn(outcome: 'signed-in' | 'refused'): void;
  /** A number that is read when Prometheus asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** Ends what collects in the background. */
  close(): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'farscope_http_request_seconds',
    help: 'Time from the request line to the last byte of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const tiles = new Counter({
    name: 'farscope_tiles_total',
    help: 'Tiles by where their bytes came from',
    labelNames: ['source'],
    registers,
  });
  const uploadBytes = new Counter({
    name: 'farscope_upload_bytes_total',
    help: 'Bytes of acknowledged chunks',
    registers,
  });
  const refused = new Counter({
    name: 'farscope_refused_total',
    help: 'Requests and connections of floods that were refused, by the bound that they met',
    labelNames: ['why'],
    registers,
  });
  const signIns = new Counter({
    name: 'farscope_sign_ins_total',
    help: 'Sign-ins by outcome',
    labelNames: ['outcome'],
    registers,
  });
  return {
    registry,
    request: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    tile: (source) => tiles.inc({ source }),
    uploadBytes: (bytes) => uploadBytes.inc(bytes),
    refused: (why) => refused.inc({ why }),
    signIn: (outcome) => signIns.inc({ outcome }),
    gauge: (name, help, read) => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers,
        collect: async (): Promise<void> => gauge.set(await read()),
      });
    },
    close: () => registry.clear(),
  };
}

/** Bytes that an ordinary user may still write on the disk of `folder`. */
export async function freeDiskBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
