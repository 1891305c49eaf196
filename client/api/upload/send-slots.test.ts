import { describe, expect, test } from 'vitest';
import { createSendSlots, type SendSlot, URGENCY, type Urgency } from './send-slots.ts';

const OK = { bytes: 1 << 16, lost: false };

function takeMany() {
  let nowMs = 0;
  const slots = createSendSlots(() => (nowMs += 50));
  const { signal } = new AbortController();
  const granted: string[] = [];
  const held: SendSlot[] = [];
  const ask = async (uploadId: string, urgency: Urgency = URGENCY.inTurn): Promise<void> => {
    const slot = await slots.acquire(uploadId, signal, () => urgency);
    granted.push(uploadId);
    held.push(slot);
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { slots, ask, settle, granted, held };
}

describe('slots to send in', () => {
  test('a small upload is not stuck behind a large one: who has fewest in flight goes next', async () => {
    const { ask, settle, granted, held } = takeMany();
    for (let at = 0; at < 9; at += 1) void ask('large');
    void ask('small');
    await settle();
    const before = granted.length;
    expect(before).toBeLessThan(9);
    held[0]?.release({ bytes: 1 << 20, lost: false });
    await settle();
    expect(granted[before]).toBe('small');
  });

  test('what a reader waits for goes before all, then what is marked, then first looks, then turns', async () => {
    const { ask, settle, granted, held } = takeMany();
    for (let at = 0; at < 4; at += 1) void ask('large', URGENCY.later);
    await settle();
    const before = granted.length;
    for (const kind of ['later', 'inTurn', 'firstLook', 'marked', 'wished'] as const) {
      void ask(kind, URGENCY[kind]);
    }
    await settle();
    for (let at = 0; at < 12; at += 1) {
      held[at]?.release(OK);
      await settle();
    }
    const rest = granted.slice(before).filter((name) => name !== 'large');
    expect(rest).toEqual(['wished', 'marked', 'firstLook', 'inTurn', 'later']);
  });

  test('who gives up while waiting leaves the line, and a slot counts once', async () => {
    const { slots, ask, settle, granted, held } = takeMany();
    for (let at = 0; at < 4; at += 1) void ask('a');
    await settle();
    const stop = new AbortController();
    const waiting = slots.acquire('a', stop.signal);
    stop.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
    for (let at = 0; at < 4; at += 1) {
      held[at]?.release(OK);
      held[at]?.release(OK);
      await settle();
    }
    void ask('b');
    await settle();
    expect(granted).toEqual(['a', 'a', 'a', 'a', 'b']);
  });

  test('after a loss on the line less is sent at once', async () => {
    const { ask, settle, granted, held } = takeMany();
    for (let at = 0; at < 9; at += 1) void ask('a');
    await settle();
    const before = granted.length;
    expect(before).toBeGreaterThan(2);
    held[0]?.release({ bytes: 0, lost: true });
    await settle();
    expect(granted).toHaveLength(before);
  });
});
