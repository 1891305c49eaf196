import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readLines } from './read-lines.ts';

async function* cut(text: string, at: readonly number[]): AsyncGenerator<string> {
  let from = 0;
  for (const to of [...at].sort((a, b) => a - b)) {
    yield text.slice(from, to);
    from = Math.max(from, to);
  }
  yield text.slice(from);
}

test('the values of lines are the same wherever the line is cut', async () => {
  const values = fc.array(fc.record({ n: fc.integer(), text: fc.string() }));
  await fc.assert(
    fc.asyncProperty(values, fc.array(fc.nat(400)), async (given, cuts) => {
      const text = given.map((value) => `${JSON.stringify(value)}\n`).join('');
      const schema = z.object({ n: z.number(), text: z.string() });
      const read: unknown[] = [];
      for await (const value of readLines(cut(text, cuts), schema)) read.push(value);
      expect(read).toEqual(given);
    }),
  );
});

test('what is no value of this answer is said by name', async () => {
  const read = readLines(cut('{"n":"one"}\n', []), z.object({ n: z.number() }));
  await expect(read.next()).rejects.toMatchObject({ code: 'reply.unexpected' });
});
