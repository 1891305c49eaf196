import { describe, expect, test } from 'vitest';
import { createSendSlots, type SendSlot } from './send-slots.ts';

const OK = { bytes: 1 << 20, lost: false };

describe('slots to send in', () => {
  test('a small upload is not stuck behind a large one: who has fewest in flight goes next', async () => {
    const slots = createSendSlots(() => 0);
    const { signal } = new AbortController();
    const granted: string[] = [];
    const held: SendSlot[] = [];
    const ask = async (uploadId: string): Promise<void> => {
      held.push(await slots.acquire(uploadId, signal));
      granted.push(uploadId);
    };
    const asked = ['large', 'large', 'large', 'large', 'small'].map(ask);
    await Promise.all(asked.slice(0, 2));
    expect(granted).toEqual(['large', 'large']);
    held[0]?.(OK);
    await asked[4];
    expect(granted).toEqual(['large', 'large', 'small']);
    for (let at = 1; granted.length < 5; at += 1) {
      held[at]?.(OK);
      await Promise.race(asked.slice(2, 4));
      await Promise.resolve();
    }
    expect(granted.toSorted()).toEqual(['large', 'large', 'large', 'large', 'small']);
  });

  test('who gives up while waiting leaves the line, and a slot counts once', async () => {
    const slots = createSendSlots(() => 0);
    const stop = new AbortController();
    const first = await slots.acquire('a', stop.signal);
    const second = await slots.acquire('a', stop.signal);
    const waiting = slots.acquire('a', stop.signal);
    stop.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
    first(OK);
    first(OK);
    second(OK);
    const { signal } = new AbortController();
    const again = [slots.acquire('b', signal), slots.acquire('b', signal)];
    expect(await Promise.all(again)).toHaveLength(2);
  });

  test('loss on the line halves what is in flight', async () => {
    const slots = createSendSlots(() => 0);
    const { signal } = new AbortController();
    const slot = await slots.acquire('a', signal);
    slot({ bytes: 0, lost: true });
    expect(slots.limit()).toBe(1);
  });
});
