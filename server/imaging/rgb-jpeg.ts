import { concatBytes } from '../../shared/slide-format/jpeg/jpeg-splice.ts';
import { jpegInfo, MARKER } from '../../shared/slide-format/jpeg/jpeg-info.ts';
import { encodeJpeg } from './jpeg.ts';

const SOI = Uint8Array.of(0xff, MARKER.soi);
const EOI = Uint8Array.of(0xff, MARKER.eoi);
/** Adobe's APP14 (Technical Note 5116) with colour transform 0: the components are R, G and B. */
const ADOBE_RGB = Uint8Array.of(
  0xff,
  MARKER.app14,
  0,
  14,
  65,
  100,
  111,
  98,
  101,
  0,
  100,
  0,
  0,
  0,
  0,
  0,
);
const IDS = [0x52, 0x47, 0x42];

function plane(rgb: Uint8Array, channel: number): Uint8Array {
  const samples = new Uint8Array(rgb.length / 3);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = rgb[index * 3 + channel] ?? 0;
  }
  return samples;
}

function frameHeader(widthPx: number, heightPx: number): Uint8Array {
  const size = [heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255];
  const components = IDS.flatMap((id) => [id, 0x11, 0]);
  return Uint8Array.of(0xff, 0xc0, 0, 17, 8, ...size, 3, ...components);
}

function scanHeader(id: number): Uint8Array {
  return Uint8Array.of(0xff, MARKER.sos, 0, 8, 1, id, 0, 0, 63, 0);
}

/**
 * Encodes R, G and B as the components of a baseline JPEG, as some scanners do: libjpeg-turbo's binding cannot, so
 * each is encoded as a grey picture and becomes a scan of its own (ISO/IEC 10918-1, B.2.3).
 * @param quality 1 to 100, libjpeg's scale
 */
export function encodeRgbJpeg(
  rgb: Uint8Array,
  widthPx: number,
  heightPx: number,
  quality: number,
): Uint8Array {
  const greys = IDS.map((_, channel) => {
    const raster = { data: plane(rgb, channel), width: widthPx, height: heightPx, channels: 1 };
    const bytes = encodeJpeg({ ...raster, channels: 1 }, quality);
    return { bytes, info: jpegInfo(bytes) };
  });
  const [first] = greys;
  const tables = (marker: number) =>
    (first?.info.segments ?? [])
      .filter((segment) => segment.marker === marker)
      .map(({ at, end }) => first?.bytes.subarray(at, end) ?? new Uint8Array());
  const scans = greys.flatMap(({ bytes, info }, channel) => [
    scanHeader(IDS[channel] ?? 0),
    bytes.subarray(info.scanAt ?? 0, bytes.length - EOI.length),
  ]);
  return concatBytes([
    SOI,
    ADOBE_RGB,
    ...tables(MARKER.dqt),
    frameHeader(widthPx, heightPx),
    ...tables(MARKER.dht),
    ...scans,
    EOI,
  ]);
}
