/** TIFF tags that are read, with where they are defined. */
export const TAG = {
  // TIFF 6.0 (Adobe, 1992)
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  imageDescription: 270,
  make: 271,
  model: 272,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  software: 305,
  dateTime: 306,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  ycbcrSubsampling: 530,
  // TIFF Technical Note 1 (trees)
  subIfds: 330,
  // TIFF Technical Note 2 (JPEG compression 7)
  jpegTables: 347,
  // XMP Specification part 3
  xmp: 700,
  // ICC.1:2022, annex B.4
  iccProfile: 34_675,
  // Hamamatsu NDPI (openslide-vendor-hamamatsu.c; tifffile NDPI_TAGS)
  ndpiFormat: 65_420,
  ndpiSourceLens: 65_421,
  ndpiFocalPlane: 65_424,
  ndpiMcuStarts: 65_426,
  ndpiReference: 65_427,
  ndpiMcuStartsHigh: 65_432,
  ndpiSerialNumber: 65_442,
  ndpiProperties: 65_449,
  // Aperio (openslide.org/formats/aperio): number of focal planes
  imageDepth: 32_997,
} as const;

/** Bytes of one value, by TIFF type (TIFF 6.0 section 2; BigTIFF design: 16, 17, 18). */
export const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [6, 1],
  [7, 1],
  [8, 2],
  [9, 4],
  [10, 8],
  [11, 4],
  [12, 8],
  [13, 4],
  [16, 8],
  [17, 8],
  [18, 8],
]);
