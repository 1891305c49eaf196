import { LatestWins } from '../../../shared/live/latest-wins.ts';
import {
  LIVE_LIMITS,
  type BrowserFrame,
  type LiveRoom,
  roomKey,
  type SeenField,
} from '../../../shared/live/live-wire.ts';

type Look = Extract<BrowserFrame, { kind: 'look' }>;

interface Needs {
  readonly later: (delayMs: number, task: () => void) => () => void;
  /** The line is open and not full. */
  readonly isReady: () => boolean;
  readonly isJoined: (key: string) => boolean;
  readonly send: (frame: Look) => void;
}

export interface LookSender {
  look(room: LiveRoom, field: SeenField): void;
  /** The room was joined (again): what is seen is told anew. */
  resume(room: LiveRoom): void;
  /** The line is gone: what waits is told when the room is joined again. */
  pause(): void;
  /** @returns whether anything was told */
  stop(room: LiveRoom): boolean;
}

const EVERY_MS = 1000 / LIVE_LIMITS.looksPerSecond;

/** Sends the newest look of each room, all of them together, at most 20 times a second. */
export function createLookSender({ later, isReady, isJoined, send }: Needs): LookSender {
  const waiting = new LatestWins<string, Look>();
  /** What is seen in each room, to be told again after a connection was lost. */
  const seen = new Map<string, Look>();
  let isResting = false;

  function flush(): void {
    if (isResting || waiting.size === 0) return;
    isResting = true;
    later(EVERY_MS, () => {
      isResting = false;
      flush();
    });
    if (!isReady()) return;
    for (const look of waiting.takeAll()) if (isJoined(roomKey(look.room))) send(look);
  }

  return {
    look: (room, field) => {
      const look: Look = { kind: 'look', room, field };
      seen.set(roomKey(room), look);
      // Before the room is joined it would be told to nobody; resume() does it then.
      if (!isJoined(roomKey(room))) return;
      waiting.put(roomKey(room), look);
      flush();
    },
    resume: (room) => {
      const look = seen.get(roomKey(room));
      if (look === undefined) return;
      waiting.put(roomKey(room), look);
      flush();
    },
    pause: () => void waiting.takeAll(),
    stop: (room) => {
      waiting.drop(roomKey(room));
      return seen.delete(roomKey(room));
    },
  };
}
