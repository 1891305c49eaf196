/** libjpeg scales its standard table; its first value is 16. */
const STANDARD_FIRST = 16;

/** The quality, on libjpeg's scale, that a JPEG's first quantisation table was made with. */
export function readJpegQuality(jpeg: Uint8Array): number {
  const at = Buffer.from(jpeg).indexOf(Buffer.of(0xff, 0xdb));
  // Sum over the whole table: a single rounded value does not tell neighbours apart.
  const table = jpeg.subarray(at + 5, at + 69);
  const sum = table.reduce((total, value) => total + value, 0);
  let best = { quality: 0, off: Number.POSITIVE_INFINITY };
  for (let quality = 50; quality <= 100; quality++) {
    const off = Math.abs(sum - expectedSum(quality));
    if (off < best.off) best = { quality, off };
  }
  return best.quality;
}

/** ITU-T T.81 table K.1. */
const LUMINANCE = [
  STANDARD_FIRST,
  11,
  10,
  16,
  24,
  40,
  51,
  61,
  12,
  12,
  14,
  19,
  26,
  58,
  60,
  55,
  14,
  13,
  16,
  24,
  40,
  57,
  69,
  56,
  14,
  17,
  22,
  29,
  51,
  87,
  80,
  62,
  18,
  22,
  37,
  56,
  68,
  109,
  103,
  77,
  24,
  35,
  55,
  64,
  81,
  104,
  113,
  92,
  49,
  64,
  78,
  87,
  103,
  121,
  120,
  101,
  72,
  92,
  95,
  98,
  112,
  100,
  103,
  99,
];

function expectedSum(quality: number): number {
  const scale = 200 - quality * 2;
  return LUMINANCE.reduce((total, value) => {
    return total + Math.max(1, Math.floor((value * scale + 50) / 100));
  }, 0);
}
