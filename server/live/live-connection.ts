import type { Actor } from '../../shared/access/can.ts';
import { fullBucket, takeFrame } from '../../shared/live/frame-budget.ts';
import {
  type BrowserFrame,
  LIVE_CLOSE,
  LIVE_LIMITS,
  readBrowserFrame,
} from '../../shared/live/live-wire.ts';
import { createLiveOutbox, type LiveOutbox, type LiveSocket } from './live-outbox.ts';

/** Somebody as others are told about them. */
export interface Person {
  readonly displayName: string;
  readonly hospitalNameZh: string;
  readonly hospitalNameEn: string;
}

/** One tab of one browser. The hub knows which rooms it has joined. */
export interface LiveConnection {
  readonly id: string;
  readonly person: Person;
  readonly outbox: LiveOutbox;
  /** Who it is now: a role may change while the connection lives. */
  actor(): Actor;
  close(code: number, reason: string): void;
}

/** What a connection tells. */
export interface LiveListener {
  frame(connection: LiveConnection, frame: BrowserFrame): void;
  closed(connection: LiveConnection): void;
}

export interface ConnectionNeeds {
  readonly socket: LiveSocket;
  readonly id: string;
  readonly person: Person;
  readonly actor: () => Actor;
  readonly listener: LiveListener;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly later: (delayMs: number, task: () => void) => () => void;
}

/** The two ends that the socket calls. */
export interface LiveConnectionEnds extends LiveConnection {
  /** null: a binary frame. */
  takeText(text: string | null): void;
  takeClose(): void;
}

/** Reads frames of one browser, and none that is too much or not of this wire. */
export function createLiveConnection(needs: ConnectionNeeds): LiveConnectionEnds {
  const { socket, id, person, actor, listener, now } = needs;
  const outbox = createLiveOutbox(needs);
  let bucket = fullBucket(LIVE_LIMITS.frames, now());
  let isOver = false;

  function close(code: number, reason: string): void {
    if (isOver) return;
    isOver = true;
    outbox.dispose();
    listener.closed(connection);
    socket.close(code, reason);
  }

  function takeText(text: string | null): void {
    if (isOver) return;
    const left = takeFrame(LIVE_LIMITS.frames, bucket, now());
    if (left === null) {
      close(LIVE_CLOSE.tooMany, 'too many frames');
      return;
    }
    bucket = left;
    const frame = text === null ? null : readBrowserFrame(text);
    if (frame === null) close(LIVE_CLOSE.malformed, 'not a frame of this wire');
    else listener.frame(connection, frame);
  }

  const connection: LiveConnectionEnds = {
    id,
    person,
    outbox,
    actor,
    close,
    takeText,
    takeClose: () => {
      if (isOver) return;
      isOver = true;
      outbox.dispose();
      listener.closed(connection);
    },
  };
  return connection;
}
