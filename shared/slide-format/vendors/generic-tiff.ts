import { damaged, unsupportedLayout } from '../format-errors.ts';
import type { AssociatedKind } from '../../slide/slide.ts';
import type { Note } from '../notes.ts';
import { compressionOf } from '../tiff/compression.ts';
import { isSameField, nearDownsample } from '../tiff/near-downsample.ts';
import { resolutionMpp } from '../tiff/plausible-mpp.ts';
import { readPage, readTextTag, type TiffPage } from '../tiff/read-page.ts';
import { TAG } from '../tiff/tags.ts';
import { tiffLevel } from '../tiff/tiff-level.ts';
import { associatedImage, isPresent, tiffSlide, WHITE } from '../tiff/tiff-slide.ts';
import type { TiffCandidate } from './tiff-candidate.ts';

/** A picture beside the levels says what it is in its description ("label", "Macro image"). */
export function kindByName(name: string): AssociatedKind | undefined {
  const word = /^\W*(label|macro|overview|thumbnail)\b/i.exec(name)?.[1]?.toLowerCase();
  if (word === 'overview') return 'macro';
  return word === 'label' || word === 'macro' || word === 'thumbnail' ? word : undefined;
}

/** Further pages, or SubIFDs (libvips with subifd), that show the field of page 0 coarser and coarser. */
async function sortPages(candidate: TiffCandidate, full: TiffPage) {
  const { file, pages } = candidate;
  const below = file.subDirectories.get(full.directory.offset) ?? [];
  const subPages = await Promise.all(below.map((directory) => readPage(file, directory)));
  const levels = [full];
  const beside: { page: TiffPage; kind: AssociatedKind }[] = [];
  const notes = new Set<Note>();
  for (const page of [...subPages, ...pages.slice(1)]) {
    const kind = kindByName(page.description);
    const last = levels.at(-1) ?? full;
    if (kind !== undefined) beside.push({ page, kind });
    else if (isSameField(full, page) && page.widthPx < last.widthPx) levels.push(page);
    else if (page.widthPx === full.widthPx && page.heightPx === full.heightPx) {
      throw unsupportedLayout('several-planes');
    } else notes.add('pictures-left-out');
  }
  return { levels, beside, notes: [...notes] };
}

/** Opens a tiled TIFF that no vendor claims: page 0 is level 0. */
export async function openGenericTiff(candidate: TiffCandidate) {
  const { files, file, pages } = candidate;
  const full = pages[0];
  if (full === undefined) throw damaged('no-image', 'no page');
  const sorted = await sortPages(candidate, full);
  const levels = await Promise.all(
    sorted.levels.map((page) => tiffLevel(file, page, { downsample: nearDownsample(full, page) })),
  );
  const associated = await Promise.all(
    sorted.beside.map(({ page, kind }) => associatedImage(file, kind, page)),
  );
  const text = (tag: number) => readTextTag(file, full.directory, tag);
  return tiffSlide(file, {
    files,
    properties: {
      format: 'generic-tiff',
      vendor: (await text(TAG.make)) || undefined,
      scanner: (await text(TAG.model)) || undefined,
      compression: compressionOf(full.compression).name,
      mpp: await resolutionMpp(file, full.directory),
      objectivePower: undefined,
      scannedAt: tiffDate(await text(TAG.dateTime)),
      background: WHITE,
      notes: sorted.notes,
      barcode: undefined,
    },
    levels,
    associated: associated.filter(isPresent),
    iccDirectory: full.directory,
  });
}

/** Tag 306, `YYYY:MM:DD HH:MM:SS` (TIFF 6.0 page 31), as ISO 8601 without zone. */
export function tiffDate(text: string): string | undefined {
  const [, year, month, day, time] =
    /^(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text) ?? [];
  if (year === undefined || time === undefined) return undefined;
  return `${year}-${month}-${day}T${time}`;
}
