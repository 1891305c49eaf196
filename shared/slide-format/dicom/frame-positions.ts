import {
  type DicomValues,
  floatOf,
  integerOf,
  decimalsOf,
  itemAt,
  textOf,
} from './read-attributes.ts';
import { ATTRIBUTE } from './tags.ts';

/** Where the frame of a sparse image lies: its top left pixel in the whole, counted from 1. */
export interface FramePosition {
  readonly column: number;
  readonly row: number;
  /** Tells focal planes and optical paths apart. */
  readonly plane: string;
}

function positionOf(item: DicomValues): FramePosition | undefined {
  const place = itemAt(item, ATTRIBUTE.planePositionSlide);
  if (place === undefined) return undefined;
  const column = integerOf(place, ATTRIBUTE.columnPosition, true);
  const row = integerOf(place, ATTRIBUTE.rowPosition, true);
  if (column === undefined || row === undefined) return undefined;
  const path = itemAt(item, ATTRIBUTE.opticalPathIdentification);
  const optical = path === undefined ? '' : (textOf(path, ATTRIBUTE.opticalPathIdentifier) ?? '');
  const depth = decimalsOf(place, ATTRIBUTE.zOffset)[0] ?? floatOf(place, ATTRIBUTE.zOffset) ?? 0;
  return { column, row, plane: `${optical}@${depth}` };
}

/** Collects positions frame by frame; a frame without one makes the whole unusable. */
export function framePositions() {
  const positions: FramePosition[] = [];
  let complete = true;
  return {
    add(item: DicomValues): void {
      const position = positionOf(item);
      if (position === undefined) complete = false;
      else positions.push(position);
    },
    all(): readonly FramePosition[] | undefined {
      return complete && positions.length > 0 ? positions : undefined;
    },
  };
}
