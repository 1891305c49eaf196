import { accountEndpoints } from './endpoints/accounts.ts';
import { liveEndpoints } from './endpoints/live.ts';
import { rescanEndpoints } from './endpoints/rescans.ts';
import { slideEndpoints } from './endpoints/slides.ts';
import { systemEndpoints } from './endpoints/system.ts';
import { tokenEndpoints } from './endpoints/tokens.ts';
import { uploadEndpoints } from './endpoints/uploads.ts';

/** The routes that the product's own pages call: what only other programs call need not travel to a browser. */
export const PAGE_ENDPOINTS = {
  ...systemEndpoints,
  ...accountEndpoints,
  ...tokenEndpoints,
  ...slideEndpoints,
  ...uploadEndpoints,
  ...rescanEndpoints,
  ...liveEndpoints,
} as const;

export type PageEndpointName = keyof typeof PAGE_ENDPOINTS;
export type PageEndpointOf<Name extends PageEndpointName> = (typeof PAGE_ENDPOINTS)[Name];
