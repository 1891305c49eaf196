import type { SlideId } from '../shared/ids.ts';
import { LIVE_LIMITS } from '../shared/live/live-wire.ts';
import type { Foundation } from './foundation.ts';
import type { AcceptSocket } from './http/socket-upgrade.ts';
import { createLiveChannel } from './live/live-channel.ts';
import { liveHandlers } from './live/live-handlers.ts';
import { createLiveHub, type HubNeeds } from './live/live-hub.ts';
import { findPerson, noteLook } from './live/look-store.ts';
import { createRoomBus } from './live/room-bus.ts';
import { rescanHandlers } from './rescans/rescan-handlers.ts';
import type { Messages } from './storage/messages.ts';

const REFRESH_EVERY_MS = 5_000;
/** A transaction for each slide that somebody looks at. */
const RECHECK_EVERY_MS = 15_000;
const NOTE_EVERY_MS = 60_000;

export interface LiveParts {
  readonly messages: Messages;
  readonly findSlide: HubNeeds['findSlide'];
}

export interface Live {
  readonly handlers: ReturnType<typeof liveHandlers> & ReturnType<typeof rescanHandlers>;
  readonly sockets: { readonly accept: AcceptSocket; readonly closeAll: () => void };
  /** Something about who may see the slide may have changed. */
  readonly recheckSlide: (id: SlideId) => void;
  close(): Promise<void>;
}

function later(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
}

function every(delayMs: number, task: () => void): () => void {
  const timer = setInterval(task, delayMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Writes looks one after the other, so that stopping can wait for the last one. */
function lookKeeper({ database, now }: Foundation, log: (line: string) => void) {
  let last: Promise<void> = Promise.resolve();
  const note: HubNeeds['noteLook'] = (slideId, accountId) => {
    const look = { slideId, accountId, at: new Date(now()) };
    last = last
      .then(() => noteLook(database, look))
      .catch((cause: unknown) => log(`a look was not kept: ${String(cause)}`));
  };
  return { note, settle: () => last };
}

/** The live channel and what is told over it, put together. */
export function layLive(foundation: Foundation, { messages, findSlide }: LiveParts): Live {
  const { database, metrics, now, newId, sessionEnds, checkSignIn, recordAudit } = foundation;
  const named = foundation.log.child({ part: 'live' });
  const log = (line: string) => named.info(line);
  const looks = lookKeeper(foundation, log);
  const bus = createRoomBus({ messages });
  const hub = createLiveHub({ bus, findSlide, noteLook: looks.note, now, newId, later, log });
  const channel = createLiveChannel({
    listener: hub,
    findPerson: (accountId) => findPerson(database, accountId),
    checkSignIn,
    now,
    newId,
    later,
    log,
  });
  metrics.gauge('farscope_live_connections', 'Open live connections', () => channel.count());
  metrics.gauge('farscope_live_rooms', 'Rooms with somebody in them here', () => hub.roomCount());
  const stops = [
    sessionEnds.subscribe((end) => channel.signInsEnded(end)),
    every(LIVE_LIMITS.beatMs, () => channel.beat()),
    every(REFRESH_EVERY_MS, () => hub.refresh()),
    every(RECHECK_EVERY_MS, () => hub.recheckAll()),
    every(NOTE_EVERY_MS, () => hub.noteLookers()),
  ];
  const rescans = rescanHandlers({
    database,
    recordAudit,
    now,
    announce: (slideId, hospitalId) => {
      hub.changed({ kind: 'slide', slideId }, 'rescans');
      hub.changed({ kind: 'hospital-rescans', hospitalId }, 'rescans');
    },
  });
  return {
    handlers: { ...liveHandlers({ database }), ...rescans },
    sockets: {
      accept: (request, socket, head, signIn) => channel.accept(request, socket, head, signIn),
      closeAll: () => channel.closeAll(),
    },
    recheckSlide: (id) => hub.recheckSlide(id),
    close: async () => {
      for (const stop of stops) stop();
      channel.closeAll();
      hub.dispose();
      await looks.settle();
    },
  };
}
