import { AppError } from '../../../shared/errors/app-error.ts';
import { isDicom, readDicomHeader } from '../../../shared/slide-format/dicom/read-instance.ts';
import { textOf } from '../../../shared/slide-format/dicom/read-attributes.ts';
import { ATTRIBUTE } from '../../../shared/slide-format/dicom/tags.ts';
import { blobSource } from './blob-source.ts';
import type { GroupedFiles, LocalFile, LocalSlide } from './upload-item.ts';

const HIDDEN = /(^|\/)(\.|__MACOSX(\/|$)|Thumbs\.db$|desktop\.ini$|DICOMDIR$)/i;
/** Files that are a slide by themselves, or are refused by a name of their own. */
const SLIDE_FILE =
  /\.(svs|svslide|tiff?|btf|tf8|ndpi|scn|bif|jpe?g|png|webp|czi|kfb|sdpc|isyntax|i2syntax|nd2|lif|vsi|mrxs|dcm|dicom)$/i;
/** Formats of several files: the index, and the folder in which the rest lies ('' = beside it). */
const FOLDER_FORMATS: readonly {
  readonly index: RegExp;
  readonly folderOf: (stem: string) => string;
}[] = [
  { index: /\.mrxs$/i, folderOf: (stem) => `${stem}/` },
  { index: /\.vsi$/i, folderOf: (stem) => stem.replace(/[^/]*$/, (name) => `_${name}_/`) },
  { index: /\.vm[su]$/i, folderOf: (stem) => stem.replace(/[^/]*$/, '') },
];

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stemOf(path: string): string {
  return path.replace(/(\.ome)?\.[^./]+$/i, '');
}

/** The folder that all paths share, with its slash. */
function commonFolder(paths: readonly string[]): string {
  const first = paths[0] ?? '';
  let folder = first.slice(0, first.lastIndexOf('/') + 1);
  while (folder !== '' && !paths.every((path) => path.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return folder;
}

/** Paths inside the slide, in an order that does not depend on how the files were dropped. */
function slideOf(name: string, files: readonly LocalFile[]): LocalSlide {
  const cut = commonFolder(files.map(({ path }) => path)).length;
  const inside = files.map((file) => ({ ...file, path: file.path.slice(cut) }));
  inside.sort((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  return { name: name.slice(0, 200) || 'slide', files: inside, bytes };
}

/** Slides whose index is among the files, each with its folder. */
function takeFolderFormats(left: Set<LocalFile>): LocalSlide[] {
  const slides: LocalSlide[] = [];
  for (const { index, folderOf } of FOLDER_FORMATS) {
    for (const main of [...left].filter(({ path }) => index.test(path))) {
      const folder = folderOf(stemOf(main.path));
      const rest = [...left].filter((file) => file !== main && file.path.startsWith(folder));
      const files = [main, ...rest];
      for (const file of files) left.delete(file);
      slides.push(slideOf(baseName(stemOf(main.path)), files));
    }
  }
  return slides;
}

/** The series that a DICOM file belongs to; undefined: not DICOM. A broken header groups by folder. */
async function seriesOf({ path, file }: LocalFile): Promise<string | undefined> {
  const source = blobSource(file);
  const head = await source.read(0, Math.min(132, source.size));
  if (!isDicom(head)) return undefined;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  try {
    const { values } = await readDicomHeader(source);
    return textOf(values, ATTRIBUTE.seriesInstanceUid) ?? folder;
  } catch (cause) {
    if (cause instanceof AppError) return folder;
    throw cause;
  }
}

function mayBeDicom({ path }: LocalFile): boolean {
  const name = baseName(path);
  return /\.(dcm|dicom)$/i.test(name) || !name.includes('.') || /^[\d.]+$/.test(name);
}

async function takeDicomSeries(left: Set<LocalFile>): Promise<LocalSlide[]> {
  const series = new Map<string, LocalFile[]>();
  for (const file of [...left].filter(mayBeDicom)) {
    const uid = await seriesOf(file);
    if (uid === undefined) continue;
    series.set(uid, [...(series.get(uid) ?? []), file]);
    left.delete(file);
  }
  return [...series.values()].map((files) => {
    const folder = commonFolder(files.map(({ path }) => path)).replace(/\/$/, '');
    const only = files.length === 1 ? files[0] : undefined;
    const name = only === undefined ? baseName(folder) || 'DICOM' : baseName(stemOf(only.path));
    return slideOf(name, files);
  });
}

/** A file dropped by itself is taken whatever it is called: its content decides. In a folder its name does. */
function isSlideFile({ path }: LocalFile): boolean {
  return SLIDE_FILE.test(path) || !path.includes('/');
}

/**
 * Sorts dropped files and folders into slides: a scanner's file each, a folder format with its folder, the
 * DICOM files of one series together. Hidden, empty and foreign files are left out, and named.
 */
export async function groupSlideFiles(files: readonly LocalFile[]): Promise<GroupedFiles> {
  const shown = files.filter(({ path, file }) => !HIDDEN.test(path) && file.size > 0);
  const left = new Set(shown);
  const slides = takeFolderFormats(left);
  slides.push(...(await takeDicomSeries(left)));
  for (const file of [...left].filter(isSlideFile)) {
    left.delete(file);
    slides.push(slideOf(baseName(stemOf(file.path)), [file]));
  }
  slides.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const taken = new Set(shown.filter((file) => !left.has(file)));
  const ignored = files.filter((file) => !taken.has(file)).map(({ path }) => path);
  return { slides, ignored };
}
