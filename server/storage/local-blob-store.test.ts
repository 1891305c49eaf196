import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeBlobStore } from '../../test/contract/blob-store.contract.ts';
import { openLocalBlobStore } from './local-blob-store.ts';

describeBlobStore('local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'blobs-'));
  return {
    store: await openLocalBlobStore(join(folder, 'blobs')),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
});
