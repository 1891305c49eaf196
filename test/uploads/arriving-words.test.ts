import { expect, test } from 'vitest';
import { makeLocalMessages } from '../../server/storage/local-messages.ts';
import { joinArrivingWords, type ArrivingWord } from '../../server/uploads/arriving-words.ts';
import { AccountId, UploadId } from '../../shared/ids.ts';

const uploadId = UploadId.parse('0198c5a0-0000-7000-8000-000000000001');
const accountId = AccountId.parse('0198c5a0-0000-7000-8000-000000000002');

test('what a reader waits for in one process is heard in the other, whole, in messages that are small enough', async () => {
  const texts: string[] = [];
  const local = makeLocalMessages({ onError: (error) => expect(error).toBeUndefined() });
  const messages = {
    subscribe: local.subscribe,
    publish: (channel: string, text: string) => {
      texts.push(text);
      local.publish(channel, text);
    },
  };
  const heard: ArrivingWord[] = [];
  const here = joinArrivingWords(messages, () => undefined);
  const there = joinArrivingWords(messages, (word) => heard.push(word));
  const chunks = Array.from({ length: 2_000 }, (_, at) => 30_000 + at);
  here.tell({ kind: 'wish', uploadId, accountId, reader: 'r', chunks });
  await Promise.resolve();
  await Promise.resolve();
  expect(heard.flatMap((word) => ('chunks' in word ? word.chunks : []))).toEqual(chunks);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(8_192);
  there.close();
  here.tell({ kind: 'durable', uploadId, chunks: [1] });
  await Promise.resolve();
  expect(heard.every(({ kind }) => kind === 'wish')).toBe(true);
  await local.close();
});
