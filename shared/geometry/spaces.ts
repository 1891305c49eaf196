/**
 * The coordinate spaces, as types, so that a screen position is never taken for a place on the slide.
 * Numbers are in the unit of their space: level-0 pixels, CSS pixels, micrometres, degrees.
 */
declare const space: unique symbol;

/** A place on a slide in level-0 pixels, origin at the top left, continuous (0.5 is mid-pixel). */
export interface SlidePoint {
  readonly [space]: 'slide';
  readonly x: number;
  readonly y: number;
}

/** A place in a pane in CSS pixels, origin at the top left of the pane. */
export interface ScreenPoint {
  readonly [space]: 'screen';
  readonly x: number;
  readonly y: number;
}

/** A length on the glass in micrometres. */
export type Microns = number & { readonly [space]: 'microns' };

export function slidePoint(x: number, y: number): SlidePoint {
  return { x, y } as SlidePoint; // the brand exists for the type checker only
}

export function screenPoint(x: number, y: number): ScreenPoint {
  return { x, y } as ScreenPoint; // the brand exists for the type checker only
}

export function microns(length: number): Microns {
  return length as Microns; // the brand exists for the type checker only
}

/** Width and height of a pane in CSS pixels. */
export interface ScreenSize {
  readonly widthPx: number;
  readonly heightPx: number;
}
