/** Sub-protocol of the WebSocket at /api/live, with the version of its wire (live-wire.ts). */
export const LIVE_PROTOCOL = 'farscope.live.1';
