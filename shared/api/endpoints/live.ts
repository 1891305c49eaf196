import { z } from 'zod';
import { Role } from '../../account/account.ts';
import { AccountId, SlideId } from '../../ids.ts';
import { LIVE_PROTOCOL } from '../../live/live-protocol.ts';
import { defineEndpoints } from '../endpoint.ts';

/** When somebody last looked at a slide. */
export const LastLook = z.object({
  accountId: AccountId,
  displayName: z.string(),
  role: Role,
  hospitalNameZh: z.string(),
  hospitalNameEn: z.string(),
  lastAt: z.iso.datetime(),
});
export type LastLook = z.infer<typeof LastLook>;

export const liveEndpoints = defineEndpoints({
  'live.socket': {
    method: 'GET',
    path: '/api/live',
    summary:
      'A WebSocket of frames as in shared/live/live-wire.ts: who looks at a slide, and what has changed. Asked without an upgrade: 426.',
    access: { kind: 'signed' },
    reply: { kind: 'socket', protocol: LIVE_PROTOCOL },
  },
  'live.looks': {
    method: 'GET',
    path: '/api/slides/:slideId/looks',
    summary: 'Who has looked at a slide that the caller uploaded, and when last; newest first.',
    access: { kind: 'action', action: 'slide.watch', resource: 'slide' },
    params: z.object({ slideId: SlideId }),
    reply: { kind: 'json', schema: z.array(LastLook) },
  },
});
