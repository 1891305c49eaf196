import { LIVE_PROTOCOL } from '../../shared/live/live-protocol.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { SlideId } from '../../shared/ids.ts';
import {
  type BrowserFrame,
  type LiveRoom,
  type SeenField,
  type ServerFrame,
} from '../../shared/live/live-wire.ts';
import type { TestCaller, TestServer } from '../server.ts';

export interface LiveClient {
  readonly frames: readonly ServerFrame[];
  send(frame: BrowserFrame | string | Buffer): void;
  /** The first frame from `after` on that fits, waiting for it. */
  until<Kind extends ServerFrame['kind']>(
    kind: Kind,
    fits?: (frame: Extract<ServerFrame, { kind: Kind }>) => boolean,
  ): Promise<Extract<ServerFrame, { kind: Kind }>>;
  /** The close code, waiting for it. */
  readonly closed: Promise<number>;
  isOpen(): boolean;
  /** What was agreed on beside the protocol, such as compression. */
  readonly extensions: string;
  /** Forgets what came. */
  forget(): void;
  close(): void;
}

const WAIT_MS = 15_000;

export interface Attempt {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: string;
  readonly path?: string;
}

function openSocket(server: TestServer, cookie: string | undefined, attempt: Attempt): WebSocket {
  const url = server.url.replace('http', 'ws') + (attempt.path ?? '/api/live');
  return new WebSocket(url, attempt.protocol ?? LIVE_PROTOCOL, {
    headers: {
      Origin: server.url,
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...attempt.headers,
    },
    perMessageDeflate: true,
  });
}

/** What the server answers to an upgrade: '101', or status and code. */
export async function tryUpgrade(
  server: TestServer,
  cookie: string | undefined,
  attempt: Attempt = {},
): Promise<string> {
  const ws = openSocket(server, cookie, attempt);
  return await new Promise((resolve, reject) => {
    ws.on('open', () => {
      resolve('101');
      ws.close();
    });
    ws.on('error', reject);
    ws.on('unexpected-response', (_request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const { code } = JSON.parse(Buffer.concat(parts).toString()) as { code: string };
        resolve(`${response.statusCode} ${code}`);
      });
    });
  });
}

/** A browser tab that is signed in and connected. */
export async function connect(
  server: TestServer,
  { cookie }: Pick<TestCaller, 'cookie'>,
): Promise<LiveClient> {
  const ws = openSocket(server, cookie, {});
  const frames: ServerFrame[] = [];
  ws.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString()) as ServerFrame));
  const closed = new Promise<number>((resolve) => ws.on('close', (code) => resolve(code)));
  const until: LiveClient['until'] = async (kind, fits = () => true) => {
    type Wanted = Extract<ServerFrame, { kind: typeof kind }>;
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += 10) {
      const found = frames.find((frame) => frame.kind === kind && fits(frame as Wanted));
      if (found !== undefined) return found as Wanted;
      await sleep(10);
    }
    throw new Error(`no ${kind} among ${JSON.stringify(frames)}`);
  };
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  const client: LiveClient = {
    frames,
    extensions: ws.extensions,
    until,
    closed,
    isOpen: () => ws.readyState === ws.OPEN,
    send: (frame) =>
      ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    forget: () => void frames.splice(0),
    close: () => ws.close(),
  };
  await until('welcome');
  return client;
}

export function slideRoom(slideId: SlideId): LiveRoom {
  return { kind: 'slide', slideId };
}

export function fieldAt(x: number, y = 0): SeenField {
  const view = { x, y, pxPerScreenPx: 2, rotation: 30, flip: true };
  return { view, widthPx: 800, heightPx: 600 };
}
