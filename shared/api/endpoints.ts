import { dicomWebEndpoints } from './endpoints/dicom-web.ts';
import { interopEndpoints } from './endpoints/interop.ts';
import { PAGE_ENDPOINTS } from './page-endpoints.ts';

/**
 * Every route of the product. The server mounts nothing else, the client calls nothing else, and the
 * OpenAPI document and the tests that enumerate all routes are made from it.
 */
export const ENDPOINTS = {
  ...PAGE_ENDPOINTS,
  ...interopEndpoints,
  ...dicomWebEndpoints,
} as const;

export type EndpointName = keyof typeof ENDPOINTS;
export type EndpointOf<Name extends EndpointName> = (typeof ENDPOINTS)[Name];
