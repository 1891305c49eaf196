import { sharp } from '../../server/imaging/codecs/sharp-engine.ts';
import type { Raster } from '../../server/imaging/jpeg.ts';
import { readLocation } from '../../server/slides/read-location.ts';
import type { SlideFile } from '../../shared/bytes/byte-source.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import type { FileLevel, SlideImage } from '../../shared/slide-format/slide-image.ts';

async function decodePiece(image: SlideImage, level: FileLevel, column: number, row: number) {
  const location = await level.locateTile(column, row);
  const { widthPx, heightPx } = location.kind === 'empty' ? level : location;
  if (location.kind === 'stored' && location.codec === 'raw') {
    const { file, offset, length } = location.range;
    const data = (await image.files[file]?.source.read(offset, length)) ?? new Uint8Array();
    const raw = { width: widthPx, height: heightPx, channels: level.samples.channels };
    return sharp(data, { raw });
  }
  if (location.kind === 'empty') {
    const { r, g, b } = image.properties.background;
    const create = { width: widthPx, height: heightPx, channels: 3, background: { r, g, b } };
    return sharp({ create: { ...create, channels: 3 } });
  }
  return sharp(await readLocation(image, location));
}

/** Puts the tiles of a level together, each decoded by libvips, where libvips does not know the file. */
export function referenceLevel(files: readonly SlideFile[]): (level: number) => Promise<Raster> {
  return async (fileLevel) => {
    const opened = await openSlide(files);
    const level = opened.kind === 'pyramid' ? opened.image.levels[fileLevel] : undefined;
    if (opened.kind !== 'pyramid' || level === undefined) throw new Error('no such level');
    const { widthPx, heightPx, tileWidthPx, tileHeightPx } = level;
    const data = new Uint8Array(widthPx * heightPx * 3);
    for (let row = 0; row * tileHeightPx < heightPx; row++) {
      for (let column = 0; column * tileWidthPx < widthPx; column++) {
        const piece = await decodePiece(opened.image, level, column, row);
        const decoded = await piece
          .toColourspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true });
        const left = column * tileWidthPx;
        const used = Math.min(decoded.info.width, widthPx - left);
        for (let y = 0; y < decoded.info.height && row * tileHeightPx + y < heightPx; y++) {
          const from = y * decoded.info.width * 3;
          const to = ((row * tileHeightPx + y) * widthPx + left) * 3;
          data.set(decoded.data.subarray(from, from + used * 3), to);
        }
      }
    }
    return { data, width: widthPx, height: heightPx, channels: 3 };
  };
}
