import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HospitalId, SlideId } from '../../../shared/ids.ts';
import {
  LIVE_CLOSE,
  LIVE_LIMITS,
  type BrowserFrame,
  type PresentReader,
  type SeenField,
  type ServerFrame,
} from '../../../shared/live/live-wire.ts';
import { AccountId } from '../../../shared/ids.ts';
import { createLiveClient, type SocketEnds, waitBefore } from './live-client.ts';

const room = {
  kind: 'slide',
  slideId: SlideId.parse('0198f1c2-0000-7000-8000-00000000000a'),
} as const;
const hospital = {
  kind: 'hospital-rescans',
  hospitalId: HospitalId.parse('0198f1c2-0000-7000-8000-00000000000b'),
} as const;
const field = (x: number): SeenField => ({
  view: { x, y: 0, pxPerScreenPx: 1, rotation: 0, flip: false },
  widthPx: 100,
  heightPx: 100,
});
const reader = (presenceId: string, x = 0): PresentReader => ({
  presenceId,
  accountId: AccountId.parse('0198f1c2-0000-7000-8000-00000000000c'),
  displayName: 'Reader',
  role: 'expert',
  hospitalNameZh: '医院',
  hospitalNameEn: 'Hospital',
  field: field(x),
});
const ONE = '0198f1c2-0000-4000-8000-000000000001';

/** A page with a clock of its own and sockets whose other end the test holds. */
function page() {
  let nowMs = 0;
  const tasks = new Set<{ readonly atMs: number; readonly task: () => void }>();
  const sockets: { ends: SocketEnds; sent: BrowserFrame[]; buffered: number }[] = [];
  const client = createLiveClient({
    now: () => nowMs,
    random: () => 0,
    later: (delayMs, task) => {
      const entry = { atMs: nowMs + delayMs, task };
      tasks.add(entry);
      return () => void tasks.delete(entry);
    },
    openSocket: (_protocol, ends) => {
      const made = { ends, sent: [] as BrowserFrame[], buffered: 0 };
      sockets.push(made);
      return {
        get bufferedAmount() {
          return made.buffered;
        },
        send: (text) => void made.sent.push(JSON.parse(text) as BrowserFrame),
        close: () => undefined,
      };
    },
  });
  const last = () => {
    const found = sockets.at(-1);
    if (found === undefined) throw new Error('no socket');
    return found;
  };
  return {
    client,
    sockets,
    sent: () => last().sent,
    fill: (bytes: number) => {
      last().buffered = bytes;
    },
    say: (frame: ServerFrame) => last().ends.message(JSON.stringify(frame)),
    drop: (code: number) => last().ends.closed(code),
    pass: (ms: number) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...tasks].filter(({ atMs }) => atMs <= untilMs);
        const next = due.toSorted((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.atMs);
        tasks.delete(next);
        next.task();
      }
      nowMs = untilMs;
    },
  };
}

function openPage() {
  const tab = page();
  const leave = tab.client.join(room, {});
  tab.say({ kind: 'welcome' });
  tab.say({ kind: 'joined', room, watches: true });
  return { ...tab, leave };
}

test('a page without rooms opens no connection, and closes it when the last room is left', () => {
  const tab = page();
  expect(tab.client.state().kind).toBe('idle');
  expect(tab.sockets).toHaveLength(0);
  const leave = tab.client.join(room, {});
  expect(tab.client.state().kind).toBe('connecting');
  tab.say({ kind: 'welcome' });
  expect(tab.sent()).toEqual([{ kind: 'join', room }]);
  leave();
  expect(tab.sent().at(-1)).toEqual({ kind: 'leave', room });
  tab.pass(10_000);
  expect(tab.client.state().kind).toBe('idle');
});

test('two listeners join a room once, and it is left with the last of them', () => {
  const tab = openPage();
  const leaveToo = tab.client.join(room, {});
  tab.leave();
  expect(tab.sent()).toEqual([{ kind: 'join', room }]);
  leaveToo();
  expect(tab.sent().at(-1)).toEqual({ kind: 'leave', room });
});

test('readers are shown while they are heard of, and nobody once the connection is lost', () => {
  const tab = openPage();
  tab.say({ kind: 'reader', room, reader: reader(ONE, 1) });
  tab.say({ kind: 'reader', room, reader: reader(ONE, 2) });
  expect(tab.client.view(room).readers.map((one) => one.field.view.x)).toEqual([2]);
  tab.drop(1006);
  expect(tab.client.view(room)).toEqual({ status: 'joining', watches: false, readers: [] });
  expect(tab.client.state().kind).toBe('waiting');
});

test('after a lost connection rooms are joined again, news is asked for, and looks are told again', () => {
  const tab = page();
  const news: string[] = [];
  tab.client.join(room, { news: (what) => void news.push(what) });
  tab.client.look(room, field(7));
  tab.say({ kind: 'welcome' });
  expect(tab.sent()).toEqual([{ kind: 'join', room }]);
  tab.say({ kind: 'joined', room, watches: false });
  expect(tab.sent().at(-1)).toEqual({ kind: 'look', room, field: field(7) });
  tab.drop(1006);
  tab.pass(30_000);
  expect(tab.sockets).toHaveLength(2);
  tab.say({ kind: 'welcome' });
  tab.say({ kind: 'joined', room, watches: false });
  tab.pass(100);
  expect(tab.sent()).toEqual([
    { kind: 'join', room },
    { kind: 'look', room, field: field(7) },
  ]);
  expect(news).toEqual(['rescans']);
});

test('a server that says nothing for long is taken for gone', () => {
  const tab = openPage();
  for (let beat = 0; beat < 10; beat += 1) {
    tab.pass(LIVE_LIMITS.beatMs);
    tab.say({ kind: 'beat' });
  }
  expect(tab.client.state().kind).toBe('open');
  tab.pass(LIVE_LIMITS.silentMs);
  expect(tab.client.state().kind).toBe('waiting');
});

test('an ended sign-in is not tried again by itself, but when a room is joined anew', () => {
  const tab = openPage();
  tab.drop(LIVE_CLOSE.unsigned);
  expect(tab.client.state().kind).toBe('unsigned');
  tab.pass(600_000);
  expect(tab.sockets).toHaveLength(1);
  tab.client.join(hospital, {});
  expect(tab.sockets).toHaveLength(2);
});

test('the line that is back is used at once', () => {
  const tab = openPage();
  for (let time = 0; time < 8; time += 1) {
    tab.drop(1006);
    tab.client.wake();
  }
  expect(tab.sockets).toHaveLength(9);
});

test('a refused room shows nobody', () => {
  const tab = openPage();
  tab.say({ kind: 'reader', room, reader: reader(ONE) });
  tab.say({ kind: 'refused', room, reason: 'not-found' });
  expect(tab.client.view(room)).toEqual({ status: 'refused', watches: false, readers: [] });
});

test('what is not of this wire changes nothing', () => {
  const tab = openPage();
  const before = tab.client.view(room);
  for (const data of ['x', '{}', '{"kind":"later"}', 7]) {
    tab.sockets[0]?.ends.message(data);
  }
  expect(tab.client.view(room)).toBe(before);
});

test('attempts grow apart to half a minute, at least half of each wait is certain', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (at, chance) => {
        const wait = waitBefore(at, chance);
        expect(wait).toBeLessThanOrEqual(30_000);
        expect(wait).toBeGreaterThanOrEqual(Math.min(30_000, 500 * 2 ** (at - 1)) / 2);
      },
    ),
  );
});

test('looks are told at most 20 times a second, newest always, and none on a full line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ pause: fc.integer({ min: 0, max: 120 }), isFull: fc.boolean() }), {
        minLength: 1,
        maxLength: 60,
      }),
      (steps) => {
        const tab = openPage();
        const from = tab.sent().length;
        let elapsedMs = 0;
        for (const [at, { pause, isFull }] of steps.entries()) {
          tab.fill(isFull ? 100_000 : 0);
          const before = tab.sent().length;
          tab.client.look(room, field(at));
          if (isFull) expect(tab.sent().length).toBe(before);
          tab.pass(pause);
          elapsedMs += pause;
          if (isFull) expect(tab.sent().length).toBe(before);
        }
        tab.fill(0);
        tab.pass(100);
        const looks = tab.sent().slice(from);
        expect(looks.at(-1)).toEqual({ kind: 'look', room, field: field(steps.length - 1) });
        expect(looks.length).toBeLessThanOrEqual((elapsedMs + 100) / 50 + 2);
        const xs = looks.map((frame) => (frame.kind === 'look' ? frame.field.view.x : -1));
        expect(xs).toEqual(xs.toSorted((a, b) => a - b));
      },
    ),
  );
});

test('who looks away is shown nobody any more, unless the room says otherwise', () => {
  const tab = page();
  tab.client.join(room, {});
  tab.say({ kind: 'welcome' });
  tab.say({ kind: 'joined', room, watches: false });
  tab.client.look(room, field(1));
  tab.say({ kind: 'reader', room, reader: reader(ONE) });
  tab.client.lookAway(room);
  expect(tab.sent().at(-1)).toEqual({ kind: 'look-away', room });
  expect(tab.client.view(room).readers).toEqual([]);
});
