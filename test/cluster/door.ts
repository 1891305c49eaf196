import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { findFreePort } from './own-process.ts';

/** A port in front of another one, which can be shut in the middle of everything. */
export interface Door {
  readonly port: number;
  /** Cuts what is under way, and refuses what comes. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function makeDoor(target: number): Promise<Door> {
  const port = await findFreePort();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Its other end was cut: that is what a door is for.
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((caller) => {
    const called = keep(connect(target, '127.0.0.1'));
    keep(caller).pipe(called).pipe(caller);
    caller.on('close', () => called.destroy());
    called.on('close', () => caller.destroy());
  });
  const open = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await open();
  return {
    port,
    open,
    shut: async () => {
      const shut = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await shut;
    },
  };
}
