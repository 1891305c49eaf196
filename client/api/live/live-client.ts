import { LIVE_PROTOCOL } from '../../../shared/live/live-protocol.ts';
import {
  LIVE_CLOSE,
  LIVE_LIMITS,
  type BrowserFrame,
  type ChangedNoun,
  type LiveRoom,
  type PresentReader,
  readServerFrame,
  roomKey,
  type SeenField,
  type ServerFrame,
} from '../../../shared/live/live-wire.ts';
import { createLookSender } from './look-sender.ts';

/** As far as a WebSocket is used. */
export interface BrowserSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(): void;
}

/** What a socket tells. */
export interface SocketEnds {
  readonly message: (data: unknown) => void;
  readonly closed: (code: number) => void;
}

export interface LiveClientNeeds {
  readonly openSocket: (protocol: string, ends: SocketEnds) => BrowserSocket;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly later: (delayMs: number, task: () => void) => () => void;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Whether others can be heard now. Each state holds only what exists then. */
export type LiveState =
  /** Nobody on this page asks for it. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly attempts: number; readonly retryAtMs: number }
  /** The sign-in is over: tried again when somebody asks for a room anew. */
  | { readonly kind: 'unsigned' };

/** A room as this page knows it; a new object when something changes. */
export interface RoomView {
  readonly status: 'joining' | 'joined' | 'refused';
  /** Readers are shown even while this page does not look. */
  readonly watches: boolean;
  readonly readers: readonly PresentReader[];
}

export interface RoomListener {
  /** The view is another one. */
  readonly changed?: () => void;
  /** Something durable has changed: ask for it again. Also said after a connection was lost. */
  readonly news?: (what: ChangedNoun) => void;
  /** Somebody has left. */
  readonly left?: (presenceId: string) => void;
}

/** The live connection of this page. One owner; rooms are joined while anybody listens. */
export interface LiveClient {
  state(): LiveState;
  onState(listener: () => void): () => void;
  view(room: LiveRoom): RoomView;
  /** Returns how to leave. */
  join(room: LiveRoom, listener: RoomListener): () => void;
  /** Tells others what is seen here, newest first and at most 20 times a second; held over reconnects. */
  look(room: LiveRoom, field: SeenField): void;
  lookAway(room: LiveRoom): void;
  /** The line may be back: tries at once. */
  wake(): void;
}

const UNKNOWN: RoomView = { status: 'joining', watches: false, readers: [] };
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Refused for doing too much: the next attempt is not soon. */
const ATTEMPTS_AFTER_FLOOD = 5;
const CLOSE_IDLE_MS = 5_000;

interface Joined {
  readonly room: LiveRoom;
  readonly listeners: Set<RoomListener>;
  view: RoomView;
  /** Was joined before: what happened meanwhile is not known. */
  wasJoined: boolean;
}

/** Half of the wait is chance, so that a server that comes back is not asked by everybody at once. */
export function waitBefore(attempts: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, attempts - 1));
  return longest / 2 + (random * longest) / 2;
}

class Client implements LiveClient {
  readonly #needs: LiveClientNeeds;
  readonly #rooms = new Map<string, Joined>();
  readonly #stateListeners = new Set<() => void>();
  readonly #looks = createLookSender({
    later: (delayMs, task) => this.#needs.later(delayMs, task),
    isReady: () => this.#state.kind === 'open' && (this.#socket?.bufferedAmount ?? 0) < 16_384,
    isJoined: (key) => this.#rooms.get(key)?.view.status === 'joined',
    send: (frame) => this.#send(frame),
  });
  #state: LiveState = { kind: 'idle' };
  #socket: BrowserSocket | null = null;
  #attempts = 0;
  #callOffRetry: (() => void) | null = null;
  #callOffSilence: (() => void) | null = null;

  constructor(needs: LiveClientNeeds) {
    this.#needs = needs;
  }

  state(): LiveState {
    return this.#state;
  }

  onState(listener: () => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  view(room: LiveRoom): RoomView {
    return this.#rooms.get(roomKey(room))?.view ?? UNKNOWN;
  }

  join(room: LiveRoom, listener: RoomListener): () => void {
    const key = roomKey(room);
    const joined = this.#rooms.get(key) ?? this.#begin(key, room);
    // An own object each time, so that the same listener twice is heard twice.
    const own = { ...listener };
    joined.listeners.add(own);
    return () => {
      if (!joined.listeners.delete(own) || joined.listeners.size > 0) return;
      this.#rooms.delete(key);
      this.#looks.stop(room);
      this.#send({ kind: 'leave', room });
      if (this.#rooms.size === 0) this.#needs.later(CLOSE_IDLE_MS, () => this.#closeIdle());
    };
  }

  look(room: LiveRoom, field: SeenField): void {
    this.#looks.look(room, field);
  }

  lookAway(room: LiveRoom): void {
    if (this.#looks.stop(room)) this.#send({ kind: 'look-away', room });
    const joined = this.#rooms.get(roomKey(room));
    // Who does not look is not shown the others, unless told so.
    if (joined !== undefined && !joined.view.watches) this.#show(joined, { readers: [] });
  }

  wake(): void {
    if (this.#state.kind !== 'waiting') return;
    this.#callOffRetry?.();
    this.#connect();
  }

  #begin(key: string, room: LiveRoom): Joined {
    const joined: Joined = { room, listeners: new Set(), view: UNKNOWN, wasJoined: false };
    this.#rooms.set(key, joined);
    if (this.#state.kind === 'open') this.#send({ kind: 'join', room });
    else if (this.#state.kind === 'idle' || this.#state.kind === 'unsigned') this.#connect();
    return joined;
  }

  #setState(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }

  #show(joined: Joined, part: Partial<RoomView>): void {
    joined.view = { ...joined.view, ...part };
    for (const listener of joined.listeners) listener.changed?.();
  }

  #send(frame: BrowserFrame): void {
    if (this.#state.kind === 'open') this.#socket?.send(JSON.stringify(frame));
  }

  #connect(): void {
    this.#setState({ kind: 'connecting' });
    const socket = this.#needs.openSocket(LIVE_PROTOCOL, {
      message: (data) => {
        if (this.#socket === socket) this.#take(typeof data === 'string' ? data : '');
      },
      closed: (code) => {
        if (this.#socket === socket) this.#closed(code);
      },
    });
    this.#socket = socket;
    this.#watchSilence();
  }

  #closeIdle(): void {
    if (this.#rooms.size > 0 || this.#state.kind === 'idle') return;
    this.#callOffRetry?.();
    this.#letGo();
    this.#setState({ kind: 'idle' });
  }

  /** Forgets the socket first, so that its end is not taken for the end of the next one. */
  #letGo(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#callOffSilence?.();
    socket?.close();
  }

  #watchSilence(): void {
    this.#callOffSilence?.();
    this.#callOffSilence = this.#needs.later(LIVE_LIMITS.silentMs, () => {
      this.#letGo();
      this.#closed(0);
    });
  }

  #closed(code: number): void {
    this.#callOffSilence?.();
    this.#socket = null;
    this.#looks.pause();
    // Who was there may be gone: nothing is shown as present that is not heard of.
    for (const joined of this.#rooms.values()) this.#show(joined, { ...UNKNOWN });
    if (this.#rooms.size === 0) this.#setState({ kind: 'idle' });
    else if (code === LIVE_CLOSE.unsigned) this.#setState({ kind: 'unsigned' });
    else this.#retryLater(code);
  }

  #retryLater(code: number): void {
    if (code === LIVE_CLOSE.malformed) console.error('the server did not understand this page');
    const least = code === LIVE_CLOSE.tooMany || code === LIVE_CLOSE.malformed;
    this.#attempts = Math.max(this.#attempts + 1, least ? ATTEMPTS_AFTER_FLOOD : 1);
    const waitMs = waitBefore(this.#attempts, this.#needs.random());
    const retryAtMs = this.#needs.now() + waitMs;
    this.#setState({ kind: 'waiting', attempts: this.#attempts, retryAtMs });
    this.#callOffRetry = this.#needs.later(waitMs, () => this.#connect());
  }

  #take(text: string): void {
    this.#watchSilence();
    const frame = readServerFrame(text);
    // A newer server may say more than this page knows.
    if (frame === null || frame.kind === 'beat') return;
    if (frame.kind === 'welcome') this.#welcomed();
    else this.#takeOfRoom(frame);
  }

  #welcomed(): void {
    this.#attempts = 0;
    this.#setState({ kind: 'open' });
    for (const { room } of this.#rooms.values()) this.#send({ kind: 'join', room });
  }

  #takeOfRoom(frame: Extract<ServerFrame, { room: LiveRoom }>): void {
    const key = roomKey(frame.room);
    const joined = this.#rooms.get(key);
    if (joined === undefined) return;
    const { readers } = joined.view;
    switch (frame.kind) {
      case 'joined':
        this.#entered(joined, frame.watches);
        return;
      case 'refused':
        this.#show(joined, { status: 'refused', watches: false, readers: [] });
        return;
      case 'reader': {
        const { presenceId } = frame.reader;
        const others = readers.filter((reader) => reader.presenceId !== presenceId);
        this.#show(joined, { readers: [...others, frame.reader] });
        return;
      }
      case 'reader-left':
        this.#show(joined, {
          readers: readers.filter(({ presenceId }) => presenceId !== frame.presenceId),
        });
        for (const listener of joined.listeners) listener.left?.(frame.presenceId);
        return;
      case 'changed':
        for (const listener of joined.listeners) listener.news?.(frame.what);
    }
  }

  #entered(joined: Joined, watches: boolean): void {
    this.#show(joined, { status: 'joined', watches });
    this.#looks.resume(joined.room);
    if (joined.wasJoined) for (const listener of joined.listeners) listener.news?.('rescans');
    joined.wasJoined = true;
  }
}

export function createLiveClient(needs: LiveClientNeeds): LiveClient {
  return new Client(needs);
}
