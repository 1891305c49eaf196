import { LIVE_CLOSE, type ServerFrame } from '../../shared/live/live-wire.ts';
import { LatestWins } from '../../shared/live/latest-wins.ts';

/** One WebSocket, as far as what is sent over it goes. */
export interface LiveSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes that were given to it and are not yet on the line. */
  bufferedBytes(): number;
}

export interface OutboxNeeds {
  readonly socket: LiveSocket;
  /** Returns how to call it off. */
  readonly later: (delayMs: number, task: () => void) => () => void;
}

/** What goes out to one browser: what must arrive in order, and presence, of which only the newest counts. */
export interface LiveOutbox {
  /** In order, all of them; a browser so slow that these pile up is let go. */
  say(frame: ServerFrame): void;
  /** Only the newest of a key, and none while the line is full. */
  show(key: string, frame: ServerFrame): void;
  /** Forgets what waits under a key. */
  hide(key: string): void;
  dispose(): void;
}

/** As much as lies on a slow line for a tenth of a second: presence behind it would be old. */
const FULL_BYTES = 32 << 10;
const HOPELESS_BYTES = 1 << 20;
const AGAIN_MS = 50;

export function createLiveOutbox({ socket, later }: OutboxNeeds): LiveOutbox {
  const waiting = new LatestWins<string, ServerFrame>();
  let callOff: (() => void) | null = null;

  function flush(): void {
    callOff = null;
    if (waiting.size === 0) return;
    if (socket.bufferedBytes() > FULL_BYTES) {
      callOff = later(AGAIN_MS, flush);
      return;
    }
    for (const frame of waiting.takeAll()) socket.send(JSON.stringify(frame));
  }

  return {
    say: (frame) => {
      if (socket.bufferedBytes() > HOPELESS_BYTES) {
        socket.close(LIVE_CLOSE.tooSlow, 'too slow');
        return;
      }
      socket.send(JSON.stringify(frame));
    },
    show: (key, frame) => {
      waiting.put(key, frame);
      if (callOff === null) flush();
    },
    hide: (key) => waiting.drop(key),
    dispose: () => {
      callOff?.();
      waiting.takeAll();
    },
  };
}
