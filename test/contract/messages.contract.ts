import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Messages } from '../../server/storage/messages.ts';

/** Two processes of one Farscope; where there is only one, both are the same. */
export interface OpenedMessages {
  readonly here: Messages;
  readonly there: Messages;
  /** What listeners threw, here. */
  readonly errors: readonly unknown[];
  dispose(): Promise<void>;
}

const LONG = { timeout: 10_000, interval: 10 };

/** Listens, and resolves when words said at `from` arrive: a subscription takes a moment to reach everybody. */
async function listen(at: Messages, from: Messages, channel: string) {
  const heard: string[] = [];
  const stop = at.subscribe(channel, (text) => heard.push(text));
  await expect
    .poll(() => {
      from.publish(channel, 'hello');
      return heard.length;
    }, LONG)
    .toBeGreaterThan(0);
  // Greetings that are still on their way.
  from.publish(channel, 'begin');
  await expect.poll(() => heard.at(-1), LONG).toBe('begin');
  heard.length = 0;
  return { heard, stop };
}

/** What all Messages promise. */
export function describeMessages(name: string, open: () => Promise<OpenedMessages>): void {
  describe(`messages: ${name}`, () => {
    let opened: OpenedMessages;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.dispose());

    test('a word reaches every listener of its channel in every process, in the order of its sender', async () => {
      const { here, there } = opened;
      const near = await listen(here, there, 'words');
      const far = await listen(there, here, 'words');
      const again = await listen(here, there, 'words');
      near.heard.length = 0;
      far.heard.length = 0;
      const said = Array.from({ length: 200 }, (_, index) => `${index} 远 ${'x'.repeat(index)}`);
      for (const text of said) here.publish('words', text);
      await expect.poll(() => far.heard.length, LONG).toBe(200);
      for (const { heard } of [near, far, again]) expect(heard).toEqual(said);
      for (const { stop } of [near, far, again]) stop();
    });

    test('other channels hear nothing, and nobody hears what nobody listens to', async () => {
      const { here, there } = opened;
      const other = await listen(there, here, 'other');
      here.publish('nobody', 'lost');
      here.publish('other', 'last');
      await expect.poll(() => other.heard, LONG).toEqual(['last']);
      other.stop();
    });

    test('who stopped listening hears no more, and the others go on', async () => {
      const { here, there } = opened;
      const leaving = await listen(there, here, 'leaving');
      const staying = await listen(there, here, 'leaving');
      leaving.heard.length = 0;
      leaving.stop();
      here.publish('leaving', 'still here');
      await expect.poll(() => staying.heard, LONG).toEqual(['still here']);
      expect(leaving.heard).toEqual([]);
      staying.stop();
      leaving.stop();
    });

    test('a listener that throws disturbs neither the others nor the publisher', async () => {
      const { here, there } = opened;
      const good = await listen(here, there, 'rough');
      const stop = here.subscribe('rough', () => {
        throw new Error('a bad listener');
      });
      const after = await listen(here, there, 'calm');
      here.publish('rough', 'one');
      here.publish('calm', 'two');
      await expect.poll(() => [good.heard, after.heard], LONG).toEqual([['one'], ['two']]);
      expect(String(opened.errors.at(-1))).toContain('a bad listener');
      for (const end of [stop, good.stop, after.stop]) end();
    });

    test('a listener is not called before its publisher has gone on', async () => {
      const { here, there } = opened;
      const { heard, stop } = await listen(here, there, 'later');
      here.publish('later', 'word');
      expect(heard).toEqual([]);
      await expect.poll(() => heard, LONG).toEqual(['word']);
      stop();
    });
  });
}
