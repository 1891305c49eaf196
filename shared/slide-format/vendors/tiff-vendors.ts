import type { SlideFile } from '../../bytes/byte-source.ts';
import { LIMITS } from '../limits.ts';
import type { OpenedSlide } from '../slide-image.ts';
import { openTiff } from '../tiff/open-tiff.ts';
import { readPage, type TiffPage } from '../tiff/read-page.ts';
import { isAperio, openAperio } from './aperio.ts';
import { openFlatCandidate } from './flat-tiff.ts';
import { openGenericTiff } from './generic-tiff.ts';
import { isLeica, openLeica } from './leica.ts';
import { isNdpi, openNdpi } from './ndpi.ts';
import { isOmeTiff, openOmeTiff } from './ome-tiff.ts';
import { isPhilips, openPhilips } from './philips.ts';
import { isTiledOrPyramid, type TiffCandidate, type TiffVendor } from './tiff-candidate.ts';
import { isTrestle, openTrestle } from './trestle.ts';
import { isVentana, openVentana } from './ventana.ts';

/** The first that claims a TIFF opens it. Each looks at tags, never at the file's name. */
const TIFF_VENDORS: readonly TiffVendor[] = [
  { id: 'aperio-svs', name: 'Aperio SVS', claims: isAperio, open: openAperio },
  { id: 'hamamatsu-ndpi', name: 'Hamamatsu NDPI', claims: isNdpi, open: openNdpi },
  { id: 'ome-tiff', name: 'OME-TIFF', claims: isOmeTiff, open: openOmeTiff },
  { id: 'leica-scn', name: 'Leica SCN', claims: isLeica, open: openLeica },
  { id: 'ventana-bif', name: 'Ventana BIF', claims: isVentana, open: openVentana },
  { id: 'philips-tiff', name: 'Philips TIFF', claims: isPhilips, open: openPhilips },
  { id: 'trestle-tiff', name: 'Trestle TIFF', claims: isTrestle, open: openTrestle },
  { id: 'generic-tiff', name: 'Tiled TIFF', claims: isTiledOrPyramid, open: openGenericTiff },
];

/**
 * Opens a TIFF of whatever vendor.
 * @throws AppError of the format.* family
 */
export async function openTiffSlide(
  files: readonly SlideFile[],
  main: SlideFile,
): Promise<OpenedSlide> {
  const file = await openTiff(main.source);
  const pages: TiffPage[] = [];
  for (const directory of file.directories) {
    const textBytes = pages.length === 0 ? LIMITS.textBytes : LIMITS.shortTextBytes;
    pages.push(await readPage(file, directory, textBytes));
  }
  const candidate: TiffCandidate = { files: ordered(files, main), file, pages };
  for (const vendor of TIFF_VENDORS) {
    if (!(await vendor.claims(candidate))) continue;
    const opened = await vendor.open(candidate);
    return 'kind' in opened ? opened : { kind: 'pyramid', image: opened };
  }
  return openFlatCandidate(candidate);
}

/** Ranges of a TIFF name file 0: the TIFF comes first, whatever was chosen with it. */
function ordered(files: readonly SlideFile[], main: SlideFile): readonly SlideFile[] {
  return [main, ...files.filter((file) => file !== main)];
}
