import { plausibleMpp } from '../tiff/plausible-mpp.ts';
import { decodeText } from '../tiff/read-values.ts';
import { decodeBase64 } from '../xml/decode-base64.ts';
import { childAt, childrenOf } from '../xml/find-elements.ts';
import type { XmlElement } from '../xml/parse-xml.ts';

/** The `Attribute` of a name inside a `DataObject` (openslide.org/formats/philips). */
function attributeOf(object: XmlElement | undefined, name: string): XmlElement | undefined {
  return childrenOf(object, 'Attribute').find(({ attributes }) => attributes.get('Name') === name);
}

function textOf(object: XmlElement | undefined, name: string): string | undefined {
  return attributeOf(object, name)?.text || undefined;
}

function objectsOf(object: XmlElement | undefined, name: string): readonly XmlElement[] {
  return childrenOf(childAt(attributeOf(object, name), 'Array'), 'DataObject');
}

/** `"0.000250000" "0.000250000"`: row spacing, then column spacing, in millimetres. */
function spacingOf(object: XmlElement | undefined): { x: number; y: number } | undefined {
  const [y, x] = (textOf(object, 'DICOM_PIXEL_SPACING') ?? '')
    .slice(0, 200)
    .replaceAll('"', ' ')
    .trim()
    .split(/\s+/);
  const spacing = { x: Number(x), y: Number(y) };
  return spacing.x > 0 && spacing.y > 0 ? spacing : undefined;
}

function scannedImages(root: XmlElement, type: string): readonly XmlElement[] {
  return objectsOf(root, 'PIM_DP_SCANNED_IMAGES').filter(
    (object) => textOf(object, 'PIM_DP_IMAGE_TYPE') === type,
  );
}

/** Level-0 pixels per pixel of each representation, finest first, from the spacings. */
export function downsamplesOf(root: XmlElement): readonly number[] {
  const wsi = scannedImages(root, 'WSI')[0];
  const spacings = objectsOf(wsi, 'PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE')
    .map((object) => ({
      number: Number(textOf(object, 'PIIM_PIXEL_DATA_REPRESENTATION_NUMBER') ?? 0),
      x: spacingOf(object)?.x ?? Number.NaN,
    }))
    .toSorted((a, b) => a.number - b.number);
  const finest = spacings[0]?.x ?? Number.NaN;
  return spacings.map(({ x }) => Math.round(x / finest));
}

export function wsiMpp(root: XmlElement) {
  const spacing = spacingOf(scannedImages(root, 'WSI')[0]);
  return plausibleMpp(spacing && spacing.x * 1_000, spacing && spacing.y * 1_000);
}

/** `…-levels=40,10002,10001-…`: the first number is the objective when it is one. */
export function objectivePowerOf(root: XmlElement): number | undefined {
  const derivation = textOf(scannedImages(root, 'WSI')[0], 'DICOM_DERIVATION_DESCRIPTION') ?? '';
  const power = Number(/(?:^|-)levels=(\d+)/.exec(derivation)?.[1]);
  return power > 0 && power <= 200 ? power : undefined;
}

/** `20260314092653.000000` */
export function acquiredAt(root: XmlElement): string | undefined {
  const text = textOf(root, 'DICOM_ACQUISITION_DATETIME') ?? '';
  const [, year, month, day, hour, minute, second] =
    /^"?(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

export function manufacturerModel(root: XmlElement): string | undefined {
  const model =
    textOf(root, 'DICOM_MANUFACTURERS_MODEL_NAME') ?? textOf(root, 'DICOM_DEVICE_SERIAL_NUMBER');
  return model?.replaceAll('"', '').trim() || undefined;
}

/** The barcode is base64. */
export function barcodeOf(root: XmlElement): string | undefined {
  const text = textOf(root, 'PIM_DP_UFS_BARCODE');
  return text === undefined ? undefined : decodeText(decodeBase64(text)).trim() || undefined;
}

/** Label or macro inside the XML, a JPEG in base64. */
export function embeddedPicture(root: XmlElement, kind: 'label' | 'macro'): Uint8Array | undefined {
  const object = scannedImages(root, kind === 'label' ? 'LABELIMAGE' : 'MACROIMAGE')[0];
  const text = textOf(object, 'PIM_DP_IMAGE_DATA');
  return text === undefined ? undefined : decodeBase64(text);
}
