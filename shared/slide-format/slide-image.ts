import type { SlideFile } from '../bytes/byte-source.ts';
import type { AssociatedKind, Mpp } from '../slide/slide.ts';

export type TileCodec =
  | 'jpeg'
  | 'jpeg2000'
  | 'raw'
  | 'lzw'
  | 'deflate'
  | 'packbits'
  | 'zstd'
  | 'webp'
  | 'jpeg-ls'
  | 'jpeg-lossless';

/** How decoded samples become RGB. 'rgb' and 'ycbcr' say what the codec's components mean. */
export interface SampleLayout {
  readonly channels: 1 | 3 | 4;
  readonly bitsPerSample: 8 | 16;
  readonly colour: 'rgb' | 'ycbcr' | 'grey' | 'grey-inverted' | 'palette';
  readonly planar: boolean;
  readonly littleEndian: boolean;
  /** TIFF tag 317: 2 = horizontal differencing. */
  readonly predictor: 1 | 2;
  /** For uncompressed YCbCr data; [1,1] otherwise. */
  readonly subsampling: readonly [number, number];
  /** RGB triplets, 8 bit, for 'palette'. */
  readonly palette: Uint8Array | undefined;
}

/** A run of bytes in one of the slide's files. */
export interface ByteRange {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Where the pixels of one tile of a file level are.
 * - stored: `range` holds one codestream. For 'jpeg' the bytes a browser can show are
 *   `prefix` + the range without its first `skip` bytes: SOI, the tables and the colour marker are in
 *   `prefix`, nothing is re-encoded.
 *   `widthPx` and `heightPx` are those of the codestream: an edge tile may reach beyond the level.
 * - restart: a piece of a huge JPEG that is cut at its restart markers (Hamamatsu NDPI): `prefix`
 *   (header with the piece's own SOF size), the ranges of the restart intervals from left to right and top to bottom,
 *   whose RSTn markers are to be renumbered from 0, then EOI.
 * - empty: the file says that nothing was scanned here (sparse tile): paint the background.
 */
export type TileLocation =
  | {
      readonly kind: 'stored';
      readonly codec: TileCodec;
      readonly range: ByteRange;
      readonly prefix: Uint8Array | undefined;
      readonly skip: number;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | {
      readonly kind: 'restart';
      readonly prefix: Uint8Array;
      readonly ranges: readonly ByteRange[];
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | { readonly kind: 'empty' };

/**
 * One level of the file as the file stores it, finest first. Tiles form a grid from the top left; for strips, a
 * tile is as wide as the image.
 */
export interface FileLevel {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileWidthPx: number;
  readonly tileHeightPx: number;
  /** Level-0 pixels per pixel of this level. */
  readonly downsample: number;
  readonly samples: SampleLayout;
  /** True when a whole inner tile can be sent to a browser as it lies in the file. */
  readonly passThrough: boolean;
  /** Address must be inside the grid. Reads only the offset tables that it needs, and keeps them. */
  locateTile(column: number, row: number, signal?: AbortSignal): Promise<TileLocation>;
}

/** Label, macro or thumbnail: a small image of its own inside the file. */
export interface AssociatedImage extends FileLevel {
  readonly kind: AssociatedKind;
}

export interface SlideImageProperties {
  /** Id in the table of formats, for example 'aperio-svs'. */
  readonly format: string;
  readonly vendor: string | undefined;
  readonly scanner: string | undefined;
  readonly compression: string;
  readonly mpp: Mpp | undefined;
  readonly objectivePower: number | undefined;
  readonly scannedAt: string | undefined;
  readonly background: { readonly r: number; readonly g: number; readonly b: number };
  readonly notes: readonly string[];
  /** Barcode or accession text from the file, patient data: never logged. */
  readonly barcode: string | undefined;
}

/** A slide file that was understood. Holds no pixels; reads through the ByteSources it was given. */
export interface SlideImage {
  readonly files: readonly SlideFile[];
  readonly properties: SlideImageProperties;
  /** Finest first; at least one. */
  readonly levels: readonly FileLevel[];
  readonly associated: readonly AssociatedImage[];
  readIccProfile(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  readonly iccProfileBytes: number | undefined;
  /** Only of DICOM slides whose files are all named. */
  readonly dicom?: DicomFiles;
}

/** What the files of a DICOM slide call themselves; `file` counts in SlideImage.files. */
export interface DicomFiles {
  readonly studyUid: string;
  readonly instances: readonly {
    readonly uid: string;
    readonly seriesUid: string;
    /** VOLUME, LABEL, OVERVIEW or THUMBNAIL. */
    readonly flavour: string;
    readonly file: number;
  }[];
}

/**
 * What became of a file. A flat picture is understood but must be turned into a pyramid first; the
 * size is what its header says.
 */
export type OpenedSlide =
  | { readonly kind: 'pyramid'; readonly image: SlideImage }
  | {
      readonly kind: 'flat';
      readonly codec: 'jpeg' | 'png' | 'webp' | 'tiff';
      readonly widthPx: number;
      readonly heightPx: number;
      readonly mpp: Mpp | undefined;
    }
  | { readonly kind: 'openslide'; readonly vendor: string };
