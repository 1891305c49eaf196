import { z } from 'zod';
import { AccountId, SlideId, UploadId } from '../../shared/ids.ts';
import type { Messages } from '../storage/messages.ts';

const Chunks = z.array(z.number().int().min(0));

/** What the processes of one server tell each other about slides that arrive. */
export const ArrivingWord = z.discriminatedUnion('kind', [
  /** A reader waits for chunks; whoever talks to the sender tells it. */
  z.object({
    kind: z.literal('wish'),
    uploadId: UploadId,
    accountId: AccountId,
    reader: z.string(),
    chunks: Chunks,
  }),
  /** Chunks became durable. */
  z.object({ kind: z.literal('durable'), uploadId: UploadId, chunks: Chunks }),
  /** A slide can be looked at from now on. */
  z.object({ kind: z.literal('opened'), uploadId: UploadId, slideId: SlideId }),
  /** It was finished or cancelled. */
  z.object({ kind: z.literal('over'), uploadId: UploadId, slideId: SlideId.nullable() }),
]);
export type ArrivingWord = z.infer<typeof ArrivingWord>;

const CHANNEL = 'arriving';
/** So many indices fit into the 8 KiB of a message. */
const MOST_CHUNKS = 800;

export interface ArrivingWords {
  /** It reaches this process too, by `hear`, a moment later. */
  tell(word: ArrivingWord): void;
  close(): void;
}

/** @param hear words of all processes, this one's own included */
export function joinArrivingWords(
  messages: Pick<Messages, 'publish' | 'subscribe'>,
  hear: (word: ArrivingWord) => void,
): ArrivingWords {
  const close = messages.subscribe(CHANNEL, (text) => hear(ArrivingWord.parse(JSON.parse(text))));
  const publish = (word: ArrivingWord): void => messages.publish(CHANNEL, JSON.stringify(word));
  return {
    close,
    tell: (word) => {
      if (!('chunks' in word)) return publish(word);
      for (let at = 0; at < word.chunks.length; at += MOST_CHUNKS) {
        publish({ ...word, chunks: word.chunks.slice(at, at + MOST_CHUNKS) });
      }
    },
  };
}
