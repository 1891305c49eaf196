import { damaged } from '../format-errors.ts';
import type { AssociatedKind } from '../../slide/slide.ts';
import { LIMITS } from '../limits.ts';
import type { Note } from '../notes.ts';
import type { SlideImageProperties } from '../slide-image.ts';
import { compressionOf } from '../tiff/compression.ts';
import { isSameField, nearDownsample } from '../tiff/near-downsample.ts';
import type { TiffPage } from '../tiff/read-page.ts';
import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import { associatedImage, isPresent, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** ImageDescription of every Aperio page begins so (openslide.org/formats/aperio). */
export function isAperio({ pages }: TiffCandidate): boolean {
  const first = pages[0];
  return first !== undefined && first.description.startsWith('Aperio') && first.tiled;
}

/** `… JPEG/RGB Q=30|AppMag = 20|MPP = 0.4990|Date = 12/29/09|…` */
function parseFields(description: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of description.slice(0, LIMITS.shortTextBytes).split('|').slice(1)) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return fields;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** `Date = 12/29/09` (month first), `Time = 09:59:15`, in the scanner's zone. */
function scannedAt(fields: ReadonlyMap<string, string>): string | undefined {
  const date = /^(\d\d)\/(\d\d)\/(\d\d|\d{4})$/.exec(fields.get('Date') ?? '');
  const [, month, day, year] = date ?? [];
  if (month === undefined || day === undefined || year === undefined) return undefined;
  const time = /^\d\d:\d\d:\d\d$/.exec(fields.get('Time') ?? '')?.[0];
  const zone = /^GMT([+-]\d\d):?(\d\d)$/.exec(fields.get('Time Zone') ?? '');
  const fullYear = year.length === 2 ? `20${year}` : year;
  const suffix =
    time === undefined ? '' : `T${time}${zone === null ? '' : `${zone[1]}:${zone[2]}`}`;
  return `${fullYear}-${month}-${day}${suffix}`;
}

/** Second line of the description: `label 387x463`, `macro 1280x431`; else the first picture is the thumbnail. */
function kindOf(page: TiffPage, index: number): AssociatedKind | undefined {
  const second = page.description.split(/\r?\n/)[1]?.trimStart() ?? '';
  if (second.startsWith('label')) return 'label';
  if (second.startsWith('macro')) return 'macro';
  // Newer scanners say it by NewSubfileType alone: 1 label, 9 macro.
  if (index > 1 && page.subfileType === 1) return 'label';
  if (page.subfileType === 9) return 'macro';
  return index === 1 ? 'thumbnail' : undefined;
}

interface SortedPages {
  readonly levels: readonly TiffPage[];
  readonly beside: readonly { readonly page: TiffPage; readonly kind: AssociatedKind }[];
  readonly notes: readonly Note[];
}

function sortPages(pages: readonly TiffPage[], full: TiffPage): SortedPages {
  const levels = [full];
  const beside: { page: TiffPage; kind: AssociatedKind }[] = [];
  const notes = new Set<Note>();
  for (const [index, page] of pages.entries()) {
    if (index === 0) continue;
    const last = levels.at(-1) ?? full;
    if (page.tiled && isSameField(full, page)) {
      if (page.widthPx < last.widthPx) levels.push(page);
      // A page as large as one that is already there is another focal plane.
      else notes.add('focal-plane-shown');
      continue;
    }
    const kind = kindOf(page, index);
    if (kind === undefined) notes.add('pictures-left-out');
    else beside.push({ page, kind });
  }
  return { levels, beside, notes: [...notes] };
}

function propertiesOf(full: TiffPage, notes: readonly Note[]): SlideImageProperties {
  const fields = parseFields(full.description);
  return {
    format: 'aperio-svs',
    vendor: 'Aperio',
    scanner: fields.get('ScannerType') ?? fields.get('ScanScope ID'),
    compression: compressionOf(full.compression).name,
    mpp: plausibleMpp(positive(fields.get('MPP'))),
    objectivePower: positive(fields.get('AppMag')),
    scannedAt: scannedAt(fields),
    background: WHITE,
    notes,
    barcode: fields.get('Barcode') || undefined,
  };
}

/** Opens an Aperio SVS: tiled pages are levels, the others thumbnail, label and macro. */
export async function openAperio({ files, file, pages }: TiffCandidate) {
  const full = pages[0];
  if (full === undefined) throw damaged('no-image', 'no page');
  const sorted = sortPages(pages, full);
  const levels = await Promise.all(
    sorted.levels.map((page) => tiffLevel(file, page, { downsample: nearDownsample(full, page) })),
  );
  const associated = await Promise.all(
    sorted.beside.map(({ page, kind }) => associatedImage(file, kind, page)),
  );
  return tiffSlide(file, {
    files,
    properties: propertiesOf(full, sorted.notes),
    levels,
    associated: associated.filter(isPresent),
    iccDirectory: full.directory,
  });
}
