import { decodeText } from '../tiff/read-values.ts';
import { viewOf } from '../tiff/read-directory.ts';
import type { DicomDataset } from './parse-dataset.ts';

/** A data set together with the bytes that its values lie in. */
export interface DicomValues {
  readonly bytes: Uint8Array;
  readonly dataset: DicomDataset;
}

/** Longest text that is taken from an attribute. */
const TEXT_BYTES = 4_096;

function valueBytes({ bytes, dataset }: DicomValues, tag: number): Uint8Array | undefined {
  const element = dataset.get(tag);
  if (element === undefined || element.items !== undefined) return undefined;
  return bytes.subarray(element.valueAt, element.valueAt + element.length);
}

/** Text without the padding of spaces and NULs; undefined when empty. */
export function textOf(values: DicomValues, tag: number): string | undefined {
  const bytes = valueBytes(values, tag)?.subarray(0, TEXT_BYTES);
  if (bytes === undefined) return undefined;
  return decodeText(bytes).replaceAll('\0', '').trim() || undefined;
}

/** Backslash-separated values of a text attribute. */
export function textsOf(values: DicomValues, tag: number): readonly string[] {
  return (
    textOf(values, tag)
      ?.split('\\')
      .map((part) => part.trim()) ?? []
  );
}

/** Numbers written as text (DS, IS). */
export function decimalsOf(values: DicomValues, tag: number): readonly number[] {
  return textsOf(values, tag).map(Number).filter(Number.isFinite);
}

/** First binary integer: US, SS by 2 bytes, UL, SL by 4. */
export function integerOf(values: DicomValues, tag: number, signed = false): number | undefined {
  const bytes = valueBytes(values, tag);
  if (bytes === undefined || bytes.length < 2) return undefined;
  const view = viewOf(bytes);
  if (bytes.length < 4) return signed ? view.getInt16(0, true) : view.getUint16(0, true);
  return signed ? view.getInt32(0, true) : view.getUint32(0, true);
}

/** First binary floating-point number: FL by 4 bytes, FD by 8. */
export function floatOf(values: DicomValues, tag: number): number | undefined {
  const bytes = valueBytes(values, tag);
  if (bytes === undefined || bytes.length < 4) return undefined;
  const view = viewOf(bytes);
  const value = bytes.length < 8 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  return Number.isFinite(value) ? value : undefined;
}

/** First item of a sequence, or of a sequence inside it, and so on. */
export function itemAt(values: DicomValues, ...path: readonly number[]): DicomValues | undefined {
  let dataset: DicomDataset | undefined = values.dataset;
  for (const tag of path) dataset = dataset?.get(tag)?.items?.[0];
  return dataset === undefined ? undefined : { bytes: values.bytes, dataset };
}
