import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LiveConnection } from '../../server/live/live-connection.ts';
import { createLiveHub } from '../../server/live/live-hub.ts';
import { createRoomBus } from '../../server/live/room-bus.ts';
import { makeLocalMessages } from '../../server/storage/local-messages.ts';
import type { Actor, Resource } from '../../shared/access/can.ts';
import { AccountId, HospitalId, SlideId } from '../../shared/ids.ts';
import type { ServerFrame } from '../../shared/live/live-wire.ts';
import { fieldAt, slideRoom } from './live-client.ts';

const own = HospitalId.parse(randomUUID());
const elsewhere = HospitalId.parse(randomUUID());
const technician: Actor = {
  accountId: AccountId.parse(randomUUID()),
  role: 'technician',
  hospitalId: own,
};
const expert: Actor = {
  accountId: AccountId.parse(randomUUID()),
  role: 'expert',
  hospitalId: elsewhere,
};
const slideId = SlideId.parse(randomUUID());
const room = slideRoom(slideId);

/** Two processes over one line of messages, with a clock and accesses that the test turns. */
function twoProcesses() {
  const messages = makeLocalMessages({
    onError: (error) => {
      throw error;
    },
  });
  let nowMs = 1_000;
  let isLent = true;
  const noted: string[] = [];
  const resource = (): Extract<Resource, { kind: 'slide' }> => ({
    kind: 'slide',
    hospitalId: own,
    deleted: false,
    uploadedBy: technician.accountId,
    shares: isLent ? [{ hospitalId: elsewhere, includeLabel: false, expiresAtMs: null }] : [],
  });
  const process = () =>
    createLiveHub({
      bus: createRoomBus({ messages }),
      findSlide: () => Promise.resolve(resource()),
      noteLook: (_slide, account) => void noted.push(account),
      now: () => nowMs,
      newId: randomUUID,
      later: () => () => undefined,
      log: (line) => {
        throw new Error(line);
      },
    });
  return {
    first: process(),
    second: process(),
    noted,
    unlend: () => {
      isLent = false;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

function tabOf(actor: Actor) {
  const frames: ServerFrame[] = [];
  const connection: LiveConnection = {
    id: randomUUID(),
    person: { displayName: actor.role, hospitalNameZh: '医院', hospitalNameEn: 'Hospital' },
    actor: () => actor,
    close: () => undefined,
    outbox: {
      say: (frame) => void frames.push(frame),
      show: (_key, frame) => void frames.push(frame),
      hide: () => undefined,
      dispose: () => undefined,
    },
  };
  return { connection, frames, kinds: () => frames.map(({ kind }) => kind) };
}

async function settle(): Promise<void> {
  for (let step = 0; step < 5; step += 1) await turn();
}

async function lookAcross() {
  const both = twoProcesses();
  const reader = tabOf(expert);
  const watcher = tabOf(technician);
  both.second.frame(reader.connection, { kind: 'join', room });
  await settle();
  both.second.frame(reader.connection, { kind: 'look', room, field: fieldAt(1) });
  await settle();
  both.first.frame(watcher.connection, { kind: 'join', room });
  await settle();
  return { ...both, reader, watcher };
}

test('who looks through another process is shown, also to who joins later, and leaves', async () => {
  const { second, reader, watcher, noted } = await lookAcross();
  expect(watcher.kinds()).toEqual(['joined', 'reader']);
  second.closed(reader.connection);
  await settle();
  expect(watcher.kinds()).toEqual(['joined', 'reader', 'reader-left']);
  expect(noted).toEqual([expert.accountId, expert.accountId]);
});

test('a reader who does not move stays present, one whose process has died is forgotten', async () => {
  const { first, second, watcher, pass } = await lookAcross();
  for (let round = 0; round < 8; round += 1) {
    pass(5_000);
    second.refresh();
    first.refresh();
    await settle();
  }
  expect(watcher.kinds()).not.toContain('reader-left');
  // It dies without a word: nothing of it is heard any more.
  for (let round = 0; round < 6; round += 1) {
    pass(5_000);
    first.refresh();
    await settle();
  }
  expect(watcher.kinds().at(-1)).toBe('reader-left');
});

test('an access that ends in another process ends here at the next look around', async () => {
  const { second, reader, watcher, unlend } = await lookAcross();
  unlend();
  second.recheckAll();
  await settle();
  expect(reader.kinds()).toContain('refused');
  expect(watcher.kinds().at(-1)).toBe('reader-left');
});

test('that something has changed is heard through every process', async () => {
  const { first, second, reader, watcher } = await lookAcross();
  second.changed(room, 'rescans');
  await settle();
  expect(watcher.kinds().at(-1)).toBe('changed');
  first.changed(room, 'rescans');
  await settle();
  expect(reader.kinds().filter((kind) => kind === 'changed')).toHaveLength(2);
});

test('who leaves while access is being decided is not in the room afterwards', async () => {
  const { first } = twoProcesses();
  const tab = tabOf(technician);
  first.frame(tab.connection, { kind: 'join', room });
  first.frame(tab.connection, { kind: 'leave', room });
  await settle();
  expect(tab.frames).toEqual([]);
  expect(first.roomCount()).toBe(0);
});
