import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../shared/errors/app-error.ts';
import type { ByteSource } from '../../shared/bytes/byte-source.ts';
import { textOf } from '../../shared/slide-format/dicom/read-attributes.ts';
import { isDicom, readDicomHeader } from '../../shared/slide-format/dicom/read-instance.ts';
import { ATTRIBUTE } from '../../shared/slide-format/dicom/tags.ts';
import type { DatedFile } from '../../shared/upload/fingerprint.ts';

/** Files on this computer that make one slide. Read, never written, moved or locked. */
export interface LocalSlide {
  readonly name: string;
  /** The folder that the paths of `files` begin at. */
  readonly folder: string;
  readonly files: readonly DatedFile[];
}

const SLIDE_FILE = /\.(svs|svslide|tiff?|btf|tf8|ndpi|scn|bif|czi|jpe?g|png|kfb|sdpc|mrxs|vsi)$/i;
const DICOM_FILE = /(\.(dcm|dicom)$)|(^[\d.]+$)/i;
/** What a scanner or a copying program leaves beside a file while it writes. */
const UNFINISHED = /\.(lock|lck|part|partial|tmp|temp|crdownload|filepart)$|^~\$|^\./i;

/** Every file below a folder. Links are not followed: what they lead to may never end. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

export function fileSource(path: string, size: number): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      const bytes = await readPiece(path, offset, length);
      return bytes;
    },
  };
}

/**
 * Reads just this piece.
 * @throws AppError 'upload.file-changed' when the file is shorter, gone, or held by its writer
 */
export async function readPiece(
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const file = await open(path, 'r');
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead !== length) throw new AppError('upload.file-changed', 'shorter than it was');
      return bytes;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('upload.file-changed', 'cannot be read', { cause });
  }
}

export function sha256Of(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

async function datedFile(folder: string, path: string): Promise<DatedFile> {
  const { size, mtimeMs } = await stat(path);
  const inside = relative(folder, path).split(sep).join('/');
  return { path: inside, bytes: size, lastModified: Math.floor(mtimeMs) };
}

async function slideOf(
  paths: readonly string[],
  folder: string,
  name: string,
): Promise<LocalSlide> {
  const files = await Promise.all(paths.map((path) => datedFile(folder, path)));
  return { name, folder, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function stemOf(path: string): string {
  return basename(path).replace(/(\.ome)?\.[^.]+$/i, '');
}

/** The series of a DICOM file; its folder where the header does not say; undefined: it is not DICOM. */
async function seriesOf(path: string): Promise<string | undefined> {
  const { size } = await stat(path);
  if (size < 132 || !isDicom(await readPiece(path, 0, 132))) return undefined;
  try {
    const { values } = await readDicomHeader(fileSource(path, size));
    return `${dirname(path)} ${textOf(values, ATTRIBUTE.seriesInstanceUid) ?? ''}`;
  } catch (cause) {
    // Half-written: it belongs to its folder, and waits there until it has settled.
    if (cause instanceof AppError) return dirname(path);
    throw cause;
  }
}

async function dicomSlides(paths: readonly string[]): Promise<LocalSlide[]> {
  const series = new Map<string, string[]>();
  for (const path of paths) {
    const key = await seriesOf(path);
    if (key !== undefined) series.set(key, [...(series.get(key) ?? []), path]);
  }
  return await Promise.all(
    [...series.values()].map((files) => {
      const [first = ''] = files;
      const name = files.length === 1 ? stemOf(first) : basename(dirname(first));
      return slideOf(files, dirname(first), name);
    }),
  );
}

/** A slide's file with the folder of the same name that some formats keep their data in. */
async function fileSlide(path: string, all: readonly string[]): Promise<LocalSlide> {
  const folder = dirname(path);
  const stem = stemOf(path);
  const companion = /\.mrxs$/i.test(path) ? join(folder, stem) : join(folder, `_${stem}_`);
  const rest = all.filter((other) => other.startsWith(companion + sep));
  return await slideOf([path, ...rest], folder, stem);
}

/**
 * The slides among files and folders: a scanner's file each, folder formats with their folder, the DICOM
 * files of one series together.
 * @throws what the file system throws for a path that is not there
 */
export async function findSlides(paths: readonly string[]): Promise<LocalSlide[]> {
  const all: string[] = [];
  for (const given of paths) {
    const path = resolve(given);
    const isFolder = (await stat(path)).isDirectory();
    all.push(...(isFolder ? await filesBelow(path) : [path]));
  }
  const shown = all.filter((path) => !UNFINISHED.test(basename(path)));
  const main = shown.filter((path) => SLIDE_FILE.test(path));
  const slides = await Promise.all(main.map((path) => fileSlide(path, shown)));
  const taken = new Set(
    slides.flatMap(({ folder, files }) => files.map((f) => join(folder, f.path))),
  );
  const dicom = shown.filter((path) => DICOM_FILE.test(basename(path)) && !taken.has(path));
  const found = [...slides, ...(await dicomSlides(dicom))];
  return found.filter(({ files }) => files.every(({ bytes }) => bytes > 0));
}

/** Whether a writer has left a sign beside one of the files that it is not done. */
export async function hasUnfinishedSign({ folder, files }: LocalSlide): Promise<boolean> {
  const names = new Set(files.map(({ path }) => basename(path)));
  const beside = await readdir(folder);
  return beside.some(
    (name) =>
      UNFINISHED.test(name) &&
      [...names].some((file) => name.includes(file) || name.includes(stemOf(file))),
  );
}
