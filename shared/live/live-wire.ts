import { z } from 'zod';
import { Role } from '../account/account.ts';
import { ViewState } from '../geometry/view-state.ts';
import { AccountId, HospitalId, SlideId } from '../ids.ts';

export const LIVE_LIMITS = {
  /** Longer frames from a browser end the connection (RFC 6455, 7.4.1: 1009). */
  frameBytes: 4_096,
  /** Frames of a browser; four linked panes move at 20 Hz each. */
  frames: { burst: 200, perSecond: 120 },
  roomsPerConnection: 100,
  connectionsPerAccount: 30,
  /** Presence of one reader in one room goes out at most so often. */
  looksPerSecond: 20,
  /** The server says something at least this often … */
  beatMs: 15_000,
  /** … and who has heard nothing for this long is not connected any more. */
  silentMs: 40_000,
} as const;

/** Why the server ended a connection (4000 to 4999 are the application's own: RFC 6455, 7.4.2). */
export const LIVE_CLOSE = {
  malformed: 4400,
  unsigned: 4401,
  tooSlow: 4408,
  tooMany: 4429,
  /** Going away (RFC 6455, 7.4.1): the server stops, another may answer. */
  stopping: 1001,
} as const;

/** What people can be told about together. Each kind says below who may join. */
export const LiveRoom = z.discriminatedUnion('kind', [
  /** Who looks at this slide, and that something about it has changed: who may view it. */
  z.object({ kind: z.literal('slide'), slideId: SlideId }),
  /** That slides of this hospital are to be scanned again: who may answer that, in this hospital. */
  z.object({ kind: z.literal('hospital-rescans'), hospitalId: HospitalId }),
]);
export type LiveRoom = z.infer<typeof LiveRoom>;

export function roomKey(room: LiveRoom): string {
  return room.kind === 'slide' ? `slide:${room.slideId}` : `rescans:${room.hospitalId}`;
}

const paneLength = z.number().min(1).max(20_000);

/** What somebody sees: the view, and how large the pane is in CSS pixels. */
export const SeenField = z.object({ view: ViewState, widthPx: paneLength, heightPx: paneLength });
export type SeenField = z.infer<typeof SeenField>;

/** Somebody who looks at a slide now, in one pane of one browser. */
export const PresentReader = z.object({
  presenceId: z.uuid(),
  accountId: AccountId,
  displayName: z.string(),
  role: Role,
  hospitalNameZh: z.string(),
  hospitalNameEn: z.string(),
  field: SeenField,
});
export type PresentReader = z.infer<typeof PresentReader>;

/** What has changed and should be asked for again: a room says so, it never carries the thing itself. */
export const ChangedNoun = z.enum(['rescans']);
export type ChangedNoun = z.infer<typeof ChangedNoun>;

/** From a browser. */
export const BrowserFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('join'), room: LiveRoom }),
  z.object({ kind: z.literal('leave'), room: LiveRoom }),
  /** "I look, and this is what I see": again whenever it changes. */
  z.object({ kind: z.literal('look'), room: LiveRoom, field: SeenField }),
  /** The page is hidden or shows something else. */
  z.object({ kind: z.literal('look-away'), room: LiveRoom }),
]);
export type BrowserFrame = z.infer<typeof BrowserFrame>;

/** From the server. */
export const ServerFrame = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('welcome') }),
  z.object({ kind: z.literal('beat') }),
  /** `watches`: readers of this room are shown even to somebody who does not look. */
  z.object({ kind: z.literal('joined'), room: LiveRoom, watches: z.boolean() }),
  /** Not joined, or joined no more. 'not-found': there is none that this account may see. */
  z.object({
    kind: z.literal('refused'),
    room: LiveRoom,
    reason: z.enum(['not-found', 'too-many']),
  }),
  z.object({ kind: z.literal('reader'), room: LiveRoom, reader: PresentReader }),
  z.object({
    kind: z.literal('reader-left'),
    room: LiveRoom,
    presenceId: z.uuid(),
    accountId: AccountId,
  }),
  z.object({ kind: z.literal('changed'), room: LiveRoom, what: ChangedNoun }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** null: not a frame of this wire. */
export function readBrowserFrame(text: string): BrowserFrame | null {
  return BrowserFrame.safeParse(parseJson(text)).data ?? null;
}

export function readServerFrame(text: string): ServerFrame | null {
  return ServerFrame.safeParse(parseJson(text)).data ?? null;
}
