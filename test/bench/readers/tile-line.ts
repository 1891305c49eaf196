import { connect, type Socket } from 'node:net';

/** How a reader's browser gets tiles: one way to ask, whatever travels on the wire. */
export interface TileLine {
  /** Each path is answered once; in any order. */
  ask(paths: readonly string[], onTile: (answer: TileAnswer) => void): void;
  close(): void;
}

export interface TileAnswer {
  /** HTTP status; 0: the connection ended instead. */
  readonly status: number;
  readonly bytes: number;
  /** From writing the request to the last byte of its answer. */
  readonly wireMs: number;
}

export interface LineTarget {
  readonly port: number;
  readonly cookie: string;
}

export type OpenTileLine = (target: LineTarget) => TileLine;

/** What a browser opens to one host over HTTP/1.1 (Chromium, Firefox and Safari alike). */
const CONNECTIONS = 6;
const HEADER_END = Buffer.from('\r\n\r\n');
/** One for all connections: a read is done with before the next begins. */
const SHARED = Buffer.allocUnsafe(1 << 16);

interface Wish {
  readonly path: string;
  readonly onTile: (answer: TileAnswer) => void;
}

interface Connection {
  readonly ask: (wish: Wish) => void;
  readonly close: () => void;
}

interface Reading {
  wish: Wish | undefined;
  sentMs: number;
  status: number;
  length: number;
  /** Bytes of the body that are still to come; undefined: the header is not complete. */
  left: number | undefined;
  header: Buffer;
}

/** Takes what has arrived; true: the answer is complete. */
function take(reading: Reading, chunk: Buffer): boolean {
  let body = chunk.length;
  if (reading.left === undefined) {
    const known = reading.header.length === 0 ? chunk : Buffer.concat([reading.header, chunk]);
    const end = known.indexOf(HEADER_END);
    if (end === -1) {
      // The chunk is overwritten by the next read.
      reading.header = Buffer.from(known);
      return false;
    }
    const head = known.toString('latin1', 0, end);
    reading.status = Number(head.slice(9, 12));
    reading.length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    reading.left = reading.length;
    reading.header = Buffer.alloc(0);
    body = known.length - end - 4;
  }
  reading.left -= body;
  return reading.left <= 0;
}

/** A keep-alive connection over a bare socket: what a client library costs is not measured. */
function openConnection(
  { port, cookie }: LineTarget,
  { onFree, onEnd }: { onFree: (connection: Connection) => void; onEnd: () => void },
): Connection {
  const tail = ` HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Farscope: 1\r\nCookie: ${cookie}\r\n\r\n`;
  const header = Buffer.alloc(0);
  const reading: Reading = { wish: undefined, sentMs: 0, status: 0, length: 0, left: 0, header };
  const answer = (status: number): void => {
    const { wish, sentMs, length } = reading;
    reading.wish = undefined;
    wish?.onTile({ status, bytes: length, wireMs: performance.now() - sentMs });
  };
  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: SHARED,
      callback: (bytes, buffer) => {
        if (take(reading, (buffer as Buffer).subarray(0, bytes))) {
          answer(reading.status);
          onFree(connection);
        }
        return true;
      },
    },
  });
  const connection: Connection = {
    ask: (wish) => {
      Object.assign(reading, { wish, sentMs: performance.now(), left: undefined });
      socket.write(`GET ${wish.path}${tail}`, 'latin1');
    },
    close: () => socket.destroy(),
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    answer(0);
    onEnd();
  });
  return connection;
}

/** Every tile a request of its own, over the six connections of a browser. */
export const openSingleRequests: OpenTileLine = (target) => {
  const waiting: Wish[] = [];
  const free: Connection[] = [];
  const all = new Set<Connection>();
  const work = (connection: Connection): void => {
    const wish = waiting.shift();
    if (wish === undefined) free.push(connection);
    else connection.ask(wish);
  };
  const openOne = (): void => {
    const connection = openConnection(target, {
      onFree: work,
      onEnd: () => {
        all.delete(connection);
        const at = free.indexOf(connection);
        if (at !== -1) free.splice(at, 1);
        pump();
      },
    });
    all.add(connection);
    work(connection);
  };
  const pump = (): void => {
    while (waiting.length > 0) {
      const idle = free.pop();
      if (idle !== undefined) work(idle);
      else if (all.size < CONNECTIONS) openOne();
      else return;
    }
  };
  return {
    ask: (paths, onTile) => {
      for (const path of paths) waiting.push({ path, onTile });
      pump();
    },
    close: () => {
      waiting.length = 0;
      for (const connection of all) connection.close();
    },
  };
};
