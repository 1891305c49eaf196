import { expect, test } from 'vitest';
import { LIVE_CLOSE, type ServerFrame } from '../../shared/live/live-wire.ts';
import { HospitalId } from '../../shared/ids.ts';
import { createLiveOutbox } from './live-outbox.ts';

const room = {
  kind: 'hospital-rescans',
  hospitalId: HospitalId.parse('0198f1c2-0000-7000-8000-00000000000a'),
} as const;
const joined = (watches: boolean): ServerFrame => ({ kind: 'joined', room, watches });

function slowLine() {
  const sent: string[] = [];
  const closed: number[] = [];
  const tasks: (() => void)[] = [];
  let buffered = 0;
  const outbox = createLiveOutbox({
    socket: {
      send: (text) => void sent.push(text),
      close: (code) => void closed.push(code),
      bufferedBytes: () => buffered,
    },
    later: (_delayMs, task) => {
      tasks.push(task);
      return () => void tasks.splice(tasks.indexOf(task), 1);
    },
  });
  return {
    outbox,
    sent,
    closed,
    tasks,
    fill: (bytes: number) => {
      buffered = bytes;
    },
    tick: () => {
      for (const task of tasks.splice(0)) task();
    },
  };
}

test('on a free line presence goes out at once', () => {
  const line = slowLine();
  line.outbox.show('a', joined(true));
  expect(line.sent).toEqual([JSON.stringify(joined(true))]);
  expect(line.tasks).toEqual([]);
});

test('on a full line presence is dropped but for the newest of each, and goes out when there is room', () => {
  const line = slowLine();
  line.fill(64 << 10);
  for (let step = 0; step < 1_000; step += 1) line.outbox.show('a', joined(step % 2 === 0));
  line.outbox.show('b', joined(true));
  line.tick();
  expect(line.sent).toEqual([]);
  line.fill(0);
  line.tick();
  expect(line.sent).toEqual([JSON.stringify(joined(false)), JSON.stringify(joined(true))]);
});

test('what was hidden meanwhile is not shown any more', () => {
  const line = slowLine();
  line.fill(64 << 10);
  line.outbox.show('a', joined(true));
  line.outbox.hide('a');
  line.fill(0);
  line.tick();
  expect(line.sent).toEqual([]);
});

test('a browser on which words pile up is let go instead of filling the memory', () => {
  const line = slowLine();
  line.fill(2 << 20);
  line.outbox.say({ kind: 'beat' });
  expect(line.sent).toEqual([]);
  expect(line.closed).toEqual([LIVE_CLOSE.tooSlow]);
});
