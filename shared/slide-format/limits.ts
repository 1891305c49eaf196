/**
 * What a file may claim before it is refused. Chosen well above what scanners write (the largest
 * known slides are about 300,000 px wide) and far below what would exhaust a server.
 */
export const LIMITS = {
  /** Directories in one TIFF, SubIFDs included. */
  directories: 1_000,
  /** Tags in one TIFF directory. */
  tags: 4_096,
  /** Tags in all directories of one TIFF together: directories may overlap. */
  allTags: 100_000,
  /** Nothing longer is allocated because a header says so. */
  allocationBytes: 64 * 2 ** 20,
  /** Longest side of a level; the same as in shared/slide/pyramid.ts. */
  levelSidePx: 4_000_000,
  /** Longest side of a stored tile. */
  tileSidePx: 8_192,
  /** A strip may be as wide as its image, but may not hold more pixels than this. */
  stripPixels: 2 ** 25,
  /** Encoded bytes of one tile. */
  tileBytes: 64 * 2 ** 20,
  /** A flat picture is turned into a pyramid up to this size. */
  flatSidePx: 1_000_000,
  flatPixels: 4_000_000_000,
  /** Vendor XML and other text in a tag. */
  textBytes: 16 * 2 ** 20,
  /** Descriptions of pages other than the first, and fields inside texts. */
  shortTextBytes: 65_536,
  /** Shared JPEG tables of a level: four tables of each kind need 1.5 kB. */
  jpegTablesBytes: 65_536,
  /** Restart intervals or fragments of one level that have to be found by scanning. */
  scannedPieces: 4_000_000,
  iccBytes: 16 * 2 ** 20,
  xmlDepth: 64,
  xmlElements: 150_000,
  /** Nested DICOM sequences. */
  sequenceDepth: 16,
  dicomElements: 2_000_000,
  files: 4_096,
} as const;
