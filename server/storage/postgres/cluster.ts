import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import { commandAs, type PostgresPlace } from './identity.ts';

/** The role that initdb makes. The application never connects as it. */
export const SUPERUSER = 'farscope_superuser';

const CLUSTER = 'cluster';
const UNFINISHED = 'cluster.init-';

export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder to sync it; NTFS journals its renames.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeUnfinished(folder: string, log: (line: string) => void): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(UNFINISHED)) continue;
    log(`removing a half-made cluster: ${name}`);
    // An initdb whose parent was killed may still be writing here; what stays goes at the next start.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 }).catch(
      (cause: unknown) => log(`${name} stays for now: ${String(cause)}`),
    );
  }
}

function initdbParameters(major: number, target: string): string[] {
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8'];
  // The socket lies in a folder that only this user can enter; TCP is off.
  const trust = ['--auth-local=trust', '--auth-host=reject'];
  return [
    '-D',
    target,
    '-U',
    SUPERUSER,
    '--encoding=UTF8',
    '--data-checksums',
    ...trust,
    ...locale,
  ];
}

async function runInitdb(place: PostgresPlace, target: string): Promise<void> {
  const { command, parameters, options } = commandAs(
    place.identity,
    join(place.binaries.bin, 'initdb'),
    initdbParameters(place.binaries.major, target),
  );
  const child = spawn(command, parameters, {
    ...options,
    cwd: place.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  child.stdout.on('data', (chunk: Buffer) => (words += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) {
    throw new AppError('storage.postgres-failed', `initdb ended with ${status}:\n${words}`, {
      fields: { log: words.trim().split('\n').at(-1) ?? '' },
    });
  }
}

/**
 * Returns the cluster folder, made on the first start. initdb works in a folder beside, which gets its
 * name only when it is whole and synced: killed at any moment, the next start finds all or nothing.
 * @throws AppError 'storage.postgres-version' when the cluster is of another major version
 */
export async function prepareCluster(
  place: PostgresPlace,
  log: (line: string) => void,
): Promise<string> {
  const cluster = join(place.folder, CLUSTER);
  await removeUnfinished(place.folder, log);
  if (!existsSync(cluster)) {
    log('making the database (first start)');
    const target = join(place.folder, `${UNFINISHED}${randomUUID().slice(0, 8)}`);
    await runInitdb(place, target);
    await syncFolder(target);
    renameSync(target, cluster);
    await syncFolder(place.folder);
    await syncFolder(dirname(place.folder));
  }
  const found = Number(readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim());
  if (found !== place.binaries.major) {
    throw new AppError('storage.postgres-version', `cluster is ${found}`, {
      fields: { found, installed: place.binaries.major },
    });
  }
  return cluster;
}
