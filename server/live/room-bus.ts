import { z } from 'zod';
import { AccountId } from '../../shared/ids.ts';
import { ChangedNoun, PresentReader } from '../../shared/live/live-wire.ts';
import type { Messages } from '../storage/messages.ts';

/** What the processes tell each other about a room. */
export const BusFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reader'), reader: PresentReader }),
  z.object({ kind: z.literal('left'), presenceId: z.uuid(), accountId: AccountId }),
  /** "I am new here: who is present?" */
  z.object({ kind: z.literal('who') }),
  z.object({ kind: z.literal('changed'), what: ChangedNoun }),
]);
export type BusFrame = z.infer<typeof BusFrame>;

export interface RoomBus {
  tell(key: string, frame: BusFrame): void;
  /** Returns how to stop listening. */
  listen(key: string, listener: (frame: BusFrame) => void): () => void;
}

const channelOf = (key: string): string => `live:${key}`;

/** Rooms over the line between the processes. A text that is not ours is of another version: left alone. */
export function createRoomBus({ messages }: { readonly messages: Messages }): RoomBus {
  return {
    tell: (key, frame) => messages.publish(channelOf(key), JSON.stringify(frame)),
    listen: (key, listener) =>
      messages.subscribe(channelOf(key), (text) => {
        const frame = BusFrame.safeParse(JSON.parse(text));
        if (frame.success) listener(frame.data);
      }),
  };
}
