import { createServer, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ShapedLine {
  readonly url: string;
  close(): Promise<void>;
}

export interface LineShape {
  readonly port: number;
  /** Host and port behind the line. */
  readonly target: URL;
  readonly upMegabits: number;
  readonly roundTripMs: number;
}

/** One way of the line, shared by all connections: so many bytes a second, each so late. */
function createWay(bytesPerMs: number, delayMs: number) {
  let freeAtMs = 0;
  return (from: Socket, to: Socket): void => {
    let sending = Promise.resolve();
    const arrive = async (bytes: Buffer, before: readonly Promise<void>[]): Promise<void> => {
      await Promise.all(before);
      if (!to.destroyed) to.write(bytes);
    };
    const carry = async (bytes: Buffer): Promise<void> => {
      const nowMs = performance.now();
      freeAtMs = Math.max(nowMs, freeAtMs) + bytes.length / bytesPerMs;
      const arrivesMs = freeAtMs + delayMs;
      // What is on the line does not wait for what comes behind it; only a full line makes the sender wait.
      sending = arrive(bytes, [sending, sleep(arrivesMs - nowMs)]);
      if (freeAtMs - nowMs <= 20) return;
      from.pause();
      await sleep(freeAtMs - nowMs - 10);
      from.resume();
    };
    from.on('data', (bytes: Buffer) => void carry(bytes));
    from.on('close', () => void sending.then(() => to.end()));
    from.on('error', () => to.destroy());
  };
}

/** A slow line in front of a server, for one browser: TCP as it is, shaped in both directions. */
export async function openShapedLine(shape: LineShape): Promise<ShapedLine> {
  const up = createWay((shape.upMegabits * 1e6) / 8 / 1000, shape.roundTripMs / 2);
  const down = createWay((100 * 1e6) / 8 / 1000, shape.roundTripMs / 2);
  const sockets = new Set<Socket>();
  const server = createServer({ highWaterMark: 16_384 }, (near) => {
    const far = connect({ port: Number(shape.target.port), host: shape.target.hostname });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    up(near, far);
    down(far, near);
  });
  await new Promise<void>((resolve) => server.listen(shape.port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${shape.port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
