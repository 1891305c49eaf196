import { connect, createServer, type Socket } from 'node:net';

/** A line of one width in both directions. */
export interface LineShape {
  readonly megabits: number;
  readonly roundTripMs: number;
}

export interface ShapedLine {
  readonly url: string;
  close(): Promise<void>;
}

const SEGMENT_BYTES = 1460;
/** RFC 6928: what a sender may have on its way before the first acknowledgement. */
const FIRST_WINDOW_BYTES = 10 * SEGMENT_BYTES;
const MOST_WINDOW_BYTES = 1 << 20;
/** What goes onto the line at once, so that connections share it in turns. */
const SLICE_BYTES = 4 * SEGMENT_BYTES;
const HELD_BYTES = 1 << 18;

/** One way of the line, shared by all connections: so many bytes a second, each so late, in order. */
function createWay(bytesPerMs: number, delayMs: number) {
  const onTheWay: { readonly atMs: number; readonly arrive: () => void }[] = [];
  let freeAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const deliver = (): void => {
    timer = undefined;
    const nowMs = performance.now();
    while ((onTheWay[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) onTheWay.shift()?.arrive();
    const next = onTheWay[0];
    if (next !== undefined) timer = setTimeout(deliver, next.atMs - nowMs);
  };
  return (bytes: number, arrive: () => void): void => {
    freeAtMs = Math.max(performance.now(), freeAtMs) + bytes / bytesPerMs;
    onTheWay.push({ atMs: freeAtMs + delayMs, arrive });
    timer ??= setTimeout(deliver, freeAtMs + delayMs - performance.now());
  };
}

type Way = ReturnType<typeof createWay>;

/**
 * Carries one direction of one connection as TCP would without loss: it begins with a small window, which grows
 * by what is acknowledged, and shrinks again when nothing was sent for a while (RFC 5681, 4.1).
 */
function carry(from: Socket, to: Socket, way: Way, roundTripMs: number, openAtMs: number): void {
  const queue: Buffer[] = [];
  let queued = 0;
  let windowBytes = FIRST_WINDOW_BYTES;
  let inFlight = 0;
  let sentAtMs = openAtMs;
  let isEnded = false;

  function send(): void {
    const nowMs = performance.now();
    if (nowMs < openAtMs) {
      setTimeout(send, openAtMs - nowMs);
      return;
    }
    if (inFlight === 0 && nowMs - sentAtMs > roundTripMs + 200) windowBytes = FIRST_WINDOW_BYTES;
    for (let head = queue[0]; head !== undefined && inFlight < windowBytes; head = queue[0]) {
      const slice = head.subarray(0, Math.min(SLICE_BYTES, windowBytes - inFlight));
      if (slice.length === head.length) queue.shift();
      else queue[0] = head.subarray(slice.length);
      queued -= slice.length;
      inFlight += slice.length;
      sentAtMs = nowMs;
      way(slice.length, () => arrived(slice));
    }
    if (queued < HELD_BYTES && from.isPaused()) from.resume();
    if (isEnded && queued === 0 && inFlight === 0) to.end();
  }

  function arrived(slice: Buffer): void {
    if (!to.destroyed) to.write(slice);
    setTimeout(() => {
      inFlight -= slice.length;
      windowBytes = Math.min(MOST_WINDOW_BYTES, windowBytes + slice.length);
      send();
    }, roundTripMs / 2);
  }

  from.on('data', (bytes: Buffer) => {
    queue.push(bytes);
    queued += bytes.length;
    if (queued > HELD_BYTES) from.pause();
    send();
  });
  from.on('end', () => {
    isEnded = true;
    send();
  });
  // Who hung up is sent no more than what is on its way.
  to.on('close', () => {
    queue.length = 0;
    queued = 0;
    from.destroy();
  });
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (!isEnded) to.destroy();
  });
}

/**
 * A slow line in front of a server, as a browser meets it: real connections, one queue for all of them in each
 * direction, a round trip for opening one, and TCP's slow start. A browser's own throttling shapes each request
 * alone: it knows no connection to wait for and no line to share, and so flatters whoever asks most.
 */
export async function openShapedLine(shape: LineShape, behind: URL): Promise<ShapedLine> {
  const { megabits, roundTripMs } = shape;
  const bytesPerMs = (megabits * 1e6) / 8 / 1000;
  const up = createWay(bytesPerMs, roundTripMs / 2);
  const down = createWay(bytesPerMs, roundTripMs / 2);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ port: Number(behind.port), host: behind.hostname, allowHalfOpen: true });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    // SYN and SYN-ACK: nothing of a request leaves before.
    const openAtMs = performance.now() + roundTripMs;
    carry(near, far, up, roundTripMs, openAtMs);
    carry(far, near, down, roundTripMs, openAtMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
