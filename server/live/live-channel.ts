import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError } from '../../shared/errors/app-error.ts';
import type { AccountId } from '../../shared/ids.ts';
import { LIVE_PROTOCOL } from '../../shared/live/live-protocol.ts';
import { LIVE_CLOSE, LIVE_LIMITS } from '../../shared/live/live-wire.ts';
import type { SessionEnd, SignIn } from '../http/authenticate.ts';
import {
  createLiveConnection,
  type LiveConnectionEnds,
  type LiveListener,
  type Person,
} from './live-connection.ts';
import type { LiveSocket } from './live-outbox.ts';

export interface ChannelNeeds {
  readonly listener: LiveListener & { recheckConnection(connection: LiveConnectionEnds): void };
  readonly findPerson: (accountId: AccountId) => Promise<Person | undefined>;
  /** The sign-in of a cookie as the database has it, without counting as a use of it. */
  readonly checkSignIn: (cookieHeader: string | undefined) => Promise<SignIn | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly later: (delayMs: number, task: () => void) => () => void;
  readonly log: (line: string) => void;
}

export interface LiveChannel {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, signIn: SignIn): void;
  /** Lets go at once whose sign-in has ended. */
  signInsEnded(end: SessionEnd): void;
  /** By a timer, every LIVE_LIMITS.beatMs: says that we are here, and lets go of who is not. */
  beat(): void;
  count(): number;
  /** Ends all connections; browsers come back to whichever process answers. */
  closeAll(): void;
}

interface Tab {
  readonly ws: WebSocket;
  readonly connection: LiveConnectionEnds;
  readonly cookie: string | undefined;
  signIn: SignIn;
  isAlive: boolean;
  checkedMs: number;
}

/** How long a sign-in is believed without asking; what this process hears of ends at once. */
const CHECK_EVERY_MS = 60_000;

function socketOf(ws: WebSocket): LiveSocket {
  return {
    send: (text) => {
      if (ws.readyState === ws.OPEN) ws.send(text);
    },
    close: (code, reason) => {
      ws.close(code, reason);
      // A browser that does not answer the farewell must not hold the line.
      setTimeout(() => ws.terminate(), 2_000).unref();
    },
    bufferedBytes: () => ws.bufferedAmount,
  };
}

function isMeant(end: SessionEnd, { actor, id }: SignIn): boolean {
  if (end.kind === 'all') return true;
  return end.kind === 'account' ? end.accountId === actor.accountId : end.id === id;
}

class Channel implements LiveChannel {
  readonly #needs: ChannelNeeds;
  readonly #tabs = new Set<Tab>();
  // No compression: a hundred deflate contexts cost seconds at the 99th percentile.
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LIVE_LIMITS.frameBytes,
    handleProtocols: () => LIVE_PROTOCOL,
  });

  constructor(needs: ChannelNeeds) {
    this.#needs = needs;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, signIn: SignIn): void {
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', (error) => this.#needs.log(`a live connection broke: ${error.message}`));
      this.#welcome(ws, request.headers.cookie, signIn).catch((cause: unknown) => {
        this.#needs.log(`a live connection could not begin: ${String(cause)}`);
        ws.close(LIVE_CLOSE.stopping, 'try again');
      });
    });
  }

  signInsEnded(end: SessionEnd): void {
    for (const tab of this.#tabs) if (isMeant(end, tab.signIn)) void this.#check(tab);
  }

  beat(): void {
    const nowMs = this.#needs.now();
    for (const tab of this.#tabs) {
      if (!tab.isAlive) {
        tab.ws.terminate();
        continue;
      }
      tab.isAlive = false;
      tab.ws.ping();
      tab.connection.outbox.say({ kind: 'beat' });
      if (nowMs - tab.checkedMs >= CHECK_EVERY_MS) void this.#check(tab);
    }
  }

  count(): number {
    return this.#tabs.size;
  }

  closeAll(): void {
    for (const { connection } of this.#tabs) connection.close(LIVE_CLOSE.stopping, 'stopping');
  }

  #countOf(accountId: AccountId): number {
    return [...this.#tabs].filter(({ signIn }) => signIn.actor.accountId === accountId).length;
  }

  async #welcome(ws: WebSocket, cookie: string | undefined, signIn: SignIn): Promise<void> {
    const { accountId } = signIn.actor;
    if (this.#countOf(accountId) >= LIVE_LIMITS.connectionsPerAccount) {
      ws.close(LIVE_CLOSE.tooMany, 'too many connections');
      return;
    }
    // Nothing is read before it is known whose words they are.
    ws.pause();
    const person = await this.#needs.findPerson(accountId);
    if (person === undefined) throw new AppError('access.unsigned', 'no such account');
    const tab = this.#open(ws, cookie, signIn, person);
    // It may have ended while the name was looked up.
    await this.#check(tab);
    ws.resume();
  }

  #open(ws: WebSocket, cookie: string | undefined, signIn: SignIn, person: Person): Tab {
    const { listener, now, newId, later } = this.#needs;
    const connection = createLiveConnection({
      socket: socketOf(ws),
      id: newId(),
      person,
      actor: () => tab.signIn.actor,
      listener,
      now,
      later,
    });
    const tab: Tab = { ws, connection, cookie, signIn, isAlive: true, checkedMs: now() };
    this.#tabs.add(tab);
    ws.on('pong', () => {
      tab.isAlive = true;
    });
    ws.on('message', (data, isBinary) => {
      tab.isAlive = true;
      // Only Buffers come: 'nodebuffer' is the binary type that ws begins with.
      connection.takeText(isBinary ? null : (data as Buffer).toString('utf8'));
    });
    ws.on('close', () => {
      this.#tabs.delete(tab);
      connection.takeClose();
    });
    connection.outbox.say({ kind: 'welcome' });
    return tab;
  }

  /** Asks who it is now. What cannot be asked ends: the browser comes back when the database does. */
  async #check(tab: Tab): Promise<void> {
    const { checkSignIn, listener, log, now } = this.#needs;
    tab.checkedMs = now();
    try {
      const signIn = await checkSignIn(tab.cookie);
      if (signIn === undefined || signIn.mustChangePassword) {
        tab.connection.close(LIVE_CLOSE.unsigned, 'signed out');
        return;
      }
      tab.signIn = signIn;
      listener.recheckConnection(tab.connection);
    } catch (cause) {
      log(`a sign-in could not be checked: ${String(cause)}`);
      tab.connection.close(LIVE_CLOSE.stopping, 'try again');
    }
  }
}

export function createLiveChannel(needs: ChannelNeeds): LiveChannel {
  return new Channel(needs);
}
