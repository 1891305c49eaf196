import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { PostgresBinaries } from './binaries.ts';

/** Who PostgreSQL runs as. It refuses to run as root, and a container often has nobody else. */
export type PostgresIdentity =
  | { readonly kind: 'direct' }
  | { readonly kind: 'nobody'; readonly uid: number; readonly gid: number }
  | { readonly kind: 'namespace' };

export interface PostgresPlace {
  readonly identity: PostgresIdentity;
  readonly binaries: PostgresBinaries;
  /** Folder that holds the cluster, the socket folder and the log. */
  readonly folder: string;
}

const NOBODY = 65534;
const SYSTEM_FOLDER = '/var/lib/farscope';

/** How a PostgreSQL program is spawned under an identity. */
export function commandAs(
  identity: PostgresIdentity,
  program: string,
  parameters: readonly string[],
): { command: string; parameters: string[]; options: { uid?: number; gid?: number } } {
  if (identity.kind === 'namespace') {
    // Inside a user namespace without a mapping root is "nobody" to itself, while files stay root's.
    return { command: 'unshare', parameters: ['-U', program, ...parameters], options: {} };
  }
  const options = identity.kind === 'nobody' ? { uid: identity.uid, gid: identity.gid } : {};
  return { command: program, parameters: [...parameters], options };
}

function canRun(identity: PostgresIdentity, bin: string): boolean {
  const { command, parameters, options } = commandAs(identity, join(bin, 'postgres'), [
    '--version',
  ]);
  return spawnSync(command, parameters, { ...options, cwd: '/', stdio: 'ignore' }).status === 0;
}

function canWrite(identity: PostgresIdentity, folder: string): boolean {
  const { command, parameters, options } = commandAs(identity, '/bin/sh', [
    '-c',
    'test -w "$1" && test -x "$1"',
    'sh',
    folder,
  ]);
  return spawnSync(command, parameters, { ...options, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** Gives the whole folder to `uid`; a folder moved from another machine may belong to anyone. */
export function giveFolder(folder: string, uid: number, gid: number): void {
  const owner = lstatSync(folder);
  if (owner.uid === uid && owner.gid === gid) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
  // The folder itself last: it is the mark that everything below is done.
  chownSync(folder, uid, gid);
}

function copyBinaries(binaries: PostgresBinaries): PostgresBinaries {
  const root = join(SYSTEM_FOLDER, `postgresql-${binaries.major}`);
  if (!existsSync(root)) {
    const beside = `${root}.${process.pid}`;
    mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    cpSync(binaries.root, beside, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'go+rX', beside]);
    renameSync(beside, root);
  }
  return { ...binaries, root, bin: join(root, 'bin') };
}

/** Where the data lies when the data folder itself is out of reach for everyone but root. */
function copyFolderFor(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(SYSTEM_FOLDER, `data-${name}`);
}

type RootWay = 'nobody' | 'namespace' | 'copy';

/**
 * The ways for root, best first. A cluster that is there stays with the way that made it: its postmaster
 * may still be running, and would lose its files to another owner.
 */
function rootWays(folder: string): RootWay[] {
  const cluster = join(folder, 'cluster');
  if (!existsSync(cluster) && existsSync(join(copyFolderFor(folder), 'cluster'))) return ['copy'];
  const isRoots = existsSync(cluster) && lstatSync(cluster).uid === 0;
  return isRoots ? ['namespace', 'nobody', 'copy'] : ['nobody', 'namespace', 'copy'];
}

function tryWay(
  way: RootWay,
  binaries: PostgresBinaries,
  folder: string,
): PostgresPlace | undefined {
  if (way === 'copy') return choosePlaceByCopy(binaries, folder);
  const identity: PostgresIdentity =
    way === 'nobody' ? { kind: 'nobody', uid: NOBODY, gid: NOBODY } : { kind: 'namespace' };
  if (!canRun(identity, binaries.bin)) return undefined;
  const owner = way === 'nobody' ? NOBODY : 0;
  giveFolder(folder, owner, owner);
  return canWrite(identity, folder) ? { identity, binaries, folder } : undefined;
}

/**
 * Decides how PostgreSQL runs and where its folder is. Not root: directly. Root: as nobody where nobody
 * can reach programs and data; else in a user namespace; else from a copy under /var/lib.
 * @param only tries this one way (tests of a way that the machine would not choose)
 * @throws AppError 'storage.postgres-refused' when root and no way works
 */
export function choosePlace(
  binaries: PostgresBinaries,
  folder: string,
  only?: RootWay,
): PostgresPlace {
  // The folder above keeps the ordinary mode: nobody has to pass through it. Ours lets nobody else in.
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { identity: { kind: 'direct' }, binaries, folder };
  for (const way of only === undefined ? rootWays(folder) : [only]) {
    const place = tryWay(way, binaries, folder);
    if (place !== undefined) return place;
  }
  throw new AppError(
    'storage.postgres-refused',
    'root, and no way to run PostgreSQL as another user',
  );
}

function choosePlaceByCopy(binaries: PostgresBinaries, folder: string): PostgresPlace | undefined {
  const nobody = { kind: 'nobody', uid: NOBODY, gid: NOBODY } as const;
  const copied = copyBinaries(binaries);
  const elsewhere = copyFolderFor(folder);
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  giveFolder(elsewhere, NOBODY, NOBODY);
  return canRun(nobody, copied.bin) && canWrite(nobody, elsewhere)
    ? { identity: nobody, binaries: copied, folder: elsewhere }
    : undefined;
}
