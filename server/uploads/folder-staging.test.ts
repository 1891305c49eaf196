import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStaging } from '../../test/contract/staging.contract.ts';
import { openFolderStaging } from './folder-staging.ts';

describeStaging('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'staging-'));
  const only = await openFolderStaging(join(folder, 'staging'));
  return { here: only, there: only, dispose: () => rm(folder, { recursive: true, force: true }) };
});
