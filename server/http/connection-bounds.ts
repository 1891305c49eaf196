import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from './client-address.ts';

export interface ConnectionLimits {
  /** Open connections; each takes some 20 kB here and a file descriptor. */
  readonly most: number;
  /** Of those, from one address: a hospital of 300 readers without a proxy opens 1,800. */
  readonly mostOfAddress: number;
  /** Requests sent ahead on one connection. No browser does so, nor a proxy of note. */
  readonly mostAhead: number;
  /** An answer of which nothing could be sent for so long ends with its connection. */
  readonly stuckMs: number;
  readonly sweepMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  most: 6_000,
  mostOfAddress: 3_000,
  mostAhead: 32,
  stuckMs: 120_000,
  sweepMs: 15_000,
};

/** Behind a proxy all connections are its own: how many of them each caller has, it must bound itself. */
export function connectionLimitsFor(trustProxy: boolean | number | string): ConnectionLimits {
  if (trustProxy === false) return CONNECTION_LIMITS;
  return { ...CONNECTION_LIMITS, mostOfAddress: CONNECTION_LIMITS.most };
}

/** Why a connection was ended by us. */
export type CutReason = 'connections' | 'ahead' | 'stuck';

export interface ConnectionBounds {
  /** At the begin of every request. */
  use(socket: Socket, response: ServerResponse): void;
  /** Open connections. */
  size(): number;
  close(): void;
}

interface Connection {
  readonly address: string;
  response: ServerResponse | undefined;
  /** Requests that came before the answer to the one before was out. */
  ahead: number;
  /** Bytes that had gone out when the answer was last seen to move, and when that was. */
  movedBytes: number;
  movedMs: number;
}

function isBusy({ response }: Connection): boolean {
  return response !== undefined && !response.writableFinished && !response.destroyed;
}

/** Whether all that there is to say has been said and does not get through. */
function waitsForCaller({ response }: Connection): boolean {
  return response !== undefined && (response.writableEnded || response.writableNeedDrain);
}

/** A caller who does not read keeps the answer in our memory. Notes what has moved since it was last asked. */
function isStuck(
  socket: Socket,
  connection: Connection,
  { nowMs, stuckMs }: { readonly nowMs: number; readonly stuckMs: number },
): boolean {
  const moved = socket.bytesWritten - socket.writableLength;
  const waits = isBusy(connection) && waitsForCaller(connection);
  if (waits && moved === connection.movedBytes) return nowMs - connection.movedMs >= stuckMs;
  connection.movedBytes = moved;
  connection.movedMs = nowMs;
  return false;
}

/** Connections from the one unused for longest, and how many each address has. */
function createRegister() {
  const connections = new Map<Socket, Connection>();
  const perAddress = new Map<string, number>();
  const count = (address: string, change: number): void => {
    const left = (perAddress.get(address) ?? 0) + change;
    if (left === 0) perAddress.delete(address);
    else perAddress.set(address, left);
  };
  return {
    connections,
    countOf: (address: string) => perAddress.get(address) ?? 0,
    add: (socket: Socket, connection: Connection): void => {
      connections.set(socket, connection);
      count(connection.address, 1);
    },
    touch: (socket: Socket, connection: Connection): void => {
      connections.delete(socket);
      connections.set(socket, connection);
    },
    remove: (socket: Socket): void => {
      const connection = connections.get(socket);
      if (connection === undefined) return;
      connections.delete(socket);
      count(connection.address, -1);
    },
  };
}

/**
 * Keeps connections bounded. When there are too many, the one that has been idle for longest makes room: a
 * browser at work was heard a moment ago, a connection that trickles headers or says nothing was not.
 */
export function boundConnections(
  server: Server,
  limits: ConnectionLimits,
  { now, onCut }: { readonly now: () => number; readonly onCut: (reason: CutReason) => void },
): ConnectionBounds {
  const register = createRegister();

  function cut(socket: Socket, reason: CutReason): void {
    onCut(reason);
    register.remove(socket);
    socket.destroy();
  }

  /** Ends the idle connection unused for longest, of one address or of all; the newcomer if none is idle. */
  function makeRoom(newcomer: Socket, address: string | undefined): void {
    for (const [socket, connection] of register.connections) {
      if (address !== undefined && connection.address !== address) continue;
      if (isBusy(connection)) continue;
      cut(socket, 'connections');
      return;
    }
    cut(newcomer, 'connections');
  }

  function admit(socket: Socket): void {
    const address = addressKey(socket.remoteAddress ?? '');
    register.add(socket, { address, response: undefined, ahead: 0, movedBytes: 0, movedMs: now() });
    socket.once('close', () => register.remove(socket));
    if (register.countOf(address) > limits.mostOfAddress) makeRoom(socket, address);
    else if (register.connections.size > limits.most) makeRoom(socket, undefined);
  }

  server.on('connection', admit);
  const sweep = setInterval(() => {
    for (const [socket, connection] of register.connections) {
      if (isStuck(socket, connection, { nowMs: now(), stuckMs: limits.stuckMs })) {
        cut(socket, 'stuck');
      }
    }
  }, limits.sweepMs);
  sweep.unref();
  return {
    use: (socket, response) => {
      const connection = register.connections.get(socket);
      if (connection === undefined) return;
      connection.ahead = isBusy(connection) ? connection.ahead + 1 : 0;
      connection.response = response;
      if (connection.ahead > limits.mostAhead) cut(socket, 'ahead');
      else register.touch(socket, connection);
    },
    size: () => register.connections.size,
    close: () => clearInterval(sweep),
  };
}
