import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../shared/api/endpoint.ts';
import { ENDPOINTS, type EndpointName } from '../../shared/api/endpoints.ts';
import { AccountId, SlideId, UploadId, type HospitalId } from '../../shared/ids.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { toJsonColumn } from '../../server/storage/json-column.ts';
import type { SlideStatus } from '../../shared/slide/slide.ts';
import type { TestServer } from '../server.ts';

/** One thing of each kind that a path can name, all of one hospital. */
export interface Things {
  readonly slideId: SlideId;
  readonly uploadId: UploadId;
  readonly accountId: AccountId;
  readonly hospitalId: HospitalId;
}

/** Makes a slide, an upload and an account of the hospital `own`. */
export async function makeThings(server: TestServer): Promise<Things> {
  const hospitalId = server.hospitals.own;
  const { id: accountId } = await server.makeAccount('technician');
  const slideId = SlideId.parse(randomUUID());
  const uploadId = UploadId.parse(randomUUID());
  await inScope(server.database, SYSTEM, async (transaction) => {
    const common = { hospital_id: hospitalId, name: 'a slide' };
    await transaction
      .insertInto('slides')
      .values({
        ...common,
        id: slideId,
        status: toJsonColumn<SlideStatus>({ kind: 'stored' }),
        uploaded_by: accountId,
      })
      .execute();
    await transaction
      .insertInto('uploads')
      .values({
        ...common,
        id: uploadId,
        account_id: accountId,
        state: 'arriving',
        chunk_bytes: 1_024,
        total_bytes: 1_024,
        chunk_count: 1,
        files: toJsonColumn([{ path: 'a.svs', bytes: 1_024, lastModified: 0 }]),
        fingerprint: '0'.repeat(64),
      })
      .execute();
  });
  return { slideId, uploadId, accountId, hospitalId };
}

export interface ExampleRequest {
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly method: string;
}

const OTHER_PARAMETERS: Readonly<Record<string, string>> = {
  shareId: '00000000-0000-4000-8000-000000000000',
  rescanId: '00000000-0000-4000-8000-000000000000',
  tokenId: '00000000-0000-4000-8000-000000000000',
  id: '0123456789abcdef',
  kind: 'label',
  index: '0',
  revision: '0',
  level: '0',
  column: '0',
  row: '0',
  tile: '0_0.jpg',
  region: 'full',
  size: 'max',
  rotation: '0',
  file: 'default.jpg',
  study: '2.25.1',
  series: '2.25.2',
  instance: '2.25.3',
  frames: '1',
  element: '00480105.1.00282000',
};

/** A request for every endpoint of the table, about these things. */
export function exampleRequests(things: Things): ExampleRequest[] {
  const values: Readonly<Record<string, string>> = { ...OTHER_PARAMETERS, ...things };
  return Object.entries<Endpoint>(ENDPOINTS).map(([name, endpoint]) => ({
    name: name as EndpointName,
    endpoint,
    method: endpoint.method,
    path: endpoint.path.replace(/:(\w+)/g, (whole, key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`no example for ${whole} of ${name}`);
      return value;
    }),
  }));
}

/** A body that every JSON endpoint gets as far as its schema with; GET has none. */
export function emptyBody(request: ExampleRequest): { readonly json?: unknown } {
  return request.method === 'GET' ? {} : { json: {} };
}
