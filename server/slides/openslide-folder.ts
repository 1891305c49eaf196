import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { localPathOf } from './stored-files.ts';

const COPY_BYTES = 4 << 20;

/** Extensions by which libopenslide's formats of several files are opened; else the only file. */
const MAIN_FILE = /\.(mrxs|vms|vmu|czi|bif|scn|svs|ndpi|tiff?|zvi|sldprt)$/i;

function mainFileOf(files: readonly SlideFile[]): SlideFile {
  const main = files.find(({ path }) => MAIN_FILE.test(path)) ?? files[0];
  if (main === undefined) throw new AppError('format.unknown', 'a slide without files');
  return main;
}

/** Below the folder, whatever the name: uploads checked it, and this is the second lock. */
function pathInside(folder: string, path: string): string {
  const inside = resolve(folder, path);
  if (!inside.startsWith(resolve(folder) + sep)) {
    throw new AppError('format.unknown', 'a file name leaves its folder');
  }
  return inside;
}

async function copyFile(file: SlideFile, to: string): Promise<void> {
  const { source } = file;
  const handle = await open(to, 'wx', 0o600);
  try {
    for (let at = 0; at < source.size; at += COPY_BYTES) {
      await handle.writeFile(await source.read(at, Math.min(COPY_BYTES, source.size - at)));
    }
  } finally {
    await handle.close();
  }
}

async function layOut(files: readonly SlideFile[], folder: string): Promise<void> {
  for (const file of files) {
    const to = pathInside(folder, file.path);
    await mkdir(dirname(to), { recursive: true });
    const local = localPathOf(file);
    if (local === undefined) await copyFile(file, to);
    else await symlink(local, to);
  }
}

function digestOf(files: readonly SlideFile[], key: string): string {
  const hash = createHash('sha256').update(key);
  for (const { path, source } of files) hash.update(`\n${path}\n${source.size}`);
  return hash.digest('hex').slice(0, 32);
}

export interface LaidOut {
  /** The file that libopenslide is to open. */
  readonly path: string;
  /** The bytes are here a second time: they are to go when nobody looks at them any more. */
  readonly isCopy: boolean;
  readonly remove: () => Promise<void>;
}

/**
 * libopenslide opens paths, and finds the other files of a slide by their names: the stored files are linked
 * (or, from a store without paths, copied) under their own names into a scratch folder.
 * @param key tells originals apart that have the same names and sizes
 */
export async function layOutForOpenSlide(
  scratch: string,
  key: string,
  files: readonly SlideFile[],
): Promise<LaidOut> {
  const isCopy = files.some((file) => localPathOf(file) === undefined);
  // Links are laid out once for all; a copy belongs to whoever asked for it.
  const folder = join(scratch, digestOf(files, isCopy ? `${key} ${randomUUID()}` : key));
  const main = pathInside(folder, mainFileOf(files).path);
  const beside = `${folder}.${randomUUID()}`;
  await mkdir(beside, { recursive: true, mode: 0o700 });
  try {
    await layOut(files, beside);
    await rename(beside, folder);
  } catch (cause) {
    await rm(beside, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    // Another request has laid the same files out.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
  }
  return { path: main, isCopy, remove: () => rm(folder, { recursive: true, force: true }) };
}
