/** Where tissue lies, as cells over the whole slide. */
export interface TissueMask {
  readonly width: number;
  readonly height: number;
  /** One byte a cell, row by row: 1 is tissue. */
  readonly cells: Uint8Array;
}

/** Colour of stained tissue, between the strongest and the weakest channel; glass and its dust are grey. */
const LEAST_COLOUR = 18;
/** Unstained, dense or inked things are grey but dark. */
const DARKEST_GLASS = 150;
/** Scanners fill what they did not scan with black. */
const NOT_SCANNED = 12;
/** Of the nine cells around one: fewer are dust and compression. */
const LEAST_NEIGHBOURS = 4;

function isTissueColour(r: number, g: number, b: number): boolean {
  const most = Math.max(r, g, b);
  const least = Math.min(r, g, b);
  if (most <= NOT_SCANNED) return false;
  return most - least >= LEAST_COLOUR || most <= DARKEST_GLASS;
}

/** Tells tissue from glass by colour and darkness. A guess that only orders: what it misses comes later. */
export function tissueMask(picture: {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: ArrayLike<number>;
}): TissueMask {
  const { width, height, data } = picture;
  const coloured = new Uint8Array(width * height);
  for (let at = 0; at < coloured.length; at += 1) {
    const [r = 0, g = 0, b = 0] = [data[4 * at], data[4 * at + 1], data[4 * at + 2]];
    coloured[at] = isTissueColour(r, g, b) ? 1 : 0;
  }
  const cells = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let around = 0;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          around += coloured[row * width + column] ?? 0;
        }
      }
      cells[y * width + x] = around >= LEAST_NEIGHBOURS ? 1 : 0;
    }
  }
  return { width, height, cells };
}
