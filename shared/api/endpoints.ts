import { accountEndpoints } from './endpoints/accounts.ts';
import { dicomWebEndpoints } from './endpoints/dicom-web.ts';
import { interopEndpoints } from './endpoints/interop.ts';
import { liveEndpoints } from './endpoints/live.ts';
import { rescanEndpoints } from './endpoints/rescans.ts';
import { slideEndpoints } from './endpoints/slides.ts';
import { systemEndpoints } from './endpoints/system.ts';
import { tokenEndpoints } from './endpoints/tokens.ts';
import { uploadEndpoints } from './endpoints/uploads.ts';

/**
 * Every route of the product. The server mounts nothing else, the client calls nothing else, and the
 * OpenAPI document and the tests that enumerate all routes are made from it.
 */
export const ENDPOINTS = {
  ...systemEndpoints,
  ...accountEndpoints,
  ...tokenEndpoints,
  ...slideEndpoints,
  ...uploadEndpoints,
  ...interopEndpoints,
  ...rescanEndpoints,
  ...liveEndpoints,
  ...dicomWebEndpoints,
} as const;

export type EndpointName = keyof typeof ENDPOINTS;
export type EndpointOf<Name extends EndpointName> = (typeof ENDPOINTS)[Name];
