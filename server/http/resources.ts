import type { Resource } from '../../shared/access/can.ts';
import type { AccountId, HospitalId, SlideId, UploadId } from '../../shared/ids.ts';

type ResourceOf<Kind extends Resource['kind']> = Extract<Resource, { kind: Kind }>;

/** What can() needs to know of a thing, by its id; undefined: there is no such thing. */
export interface Resources {
  slide(id: SlideId): Promise<ResourceOf<'slide'> | undefined>;
  upload(id: UploadId): Promise<ResourceOf<'upload'> | undefined>;
  account(id: AccountId): Promise<ResourceOf<'account'> | undefined>;
  hospital(id: HospitalId): Promise<ResourceOf<'hospital'> | undefined>;
}

export function loadResource(
  resources: Resources,
  kind: Resource['kind'],
  params: Readonly<Record<string, unknown>>,
): Promise<Resource | undefined> {
  // The table's schema has parsed the id under this name: a test walks all endpoints.
  switch (kind) {
    case 'slide':
      return resources.slide(params['slideId'] as SlideId);
    case 'upload':
      return resources.upload(params['uploadId'] as UploadId);
    case 'account':
      return resources.account(params['accountId'] as AccountId);
    case 'hospital':
      return resources.hospital(params['hospitalId'] as HospitalId);
  }
}
