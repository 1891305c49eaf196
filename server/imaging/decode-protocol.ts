import type { ErrorCode, ErrorFields } from '../../shared/errors/app-error.ts';
import type { OpenedSlide } from '../../shared/slide-format/slide-image.ts';
import type { SlideProperties } from '../../shared/slide/slide.ts';
import type { ComposePlan } from './compose.ts';

/** Decodes, assembles, shrinks and encodes once. */
export interface ComposeJob {
  readonly kind: 'compose';
  readonly plan: ComposePlan;
  /** Scales the result down to fit a square of this side; null leaves it as it is. */
  readonly fitPx: number | null;
}

export interface ComposedPicture {
  readonly jpeg: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Reads what slide files say about themselves. Their bytes are asked for while the job runs. */
export interface OpenJob {
  readonly kind: 'open';
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** What files were understood as, as plain data. */
export type OpenFindings =
  | { readonly kind: 'pyramid'; readonly properties: SlideProperties }
  | Exclude<OpenedSlide, { kind: 'pyramid' }>;

/** A system libopenslide reads the file: its levels, as far as it knows them. */
export interface OpenSlideOpenJob {
  readonly kind: 'openslide-open';
  readonly path: string;
  /** What the reader takes the file for. */
  readonly vendor: string;
}

export interface OpenSlideFindings {
  readonly vendor: string;
  readonly levels: readonly {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly downsample: number;
  }[];
  readonly properties: Readonly<Record<string, string>>;
  readonly associated: readonly {
    readonly name: string;
    readonly widthPx: number;
    readonly heightPx: number;
  }[];
}

/** A region of one of libopenslide's levels, halved, as JPEG. */
export interface OpenSlideRegionJob {
  readonly kind: 'openslide-region';
  readonly path: string;
  readonly level: number;
  /** In pixels of that level. */
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly halvings: number;
  readonly fitPx: number | null;
}

export interface OpenSlideAssociatedJob {
  readonly kind: 'openslide-associated';
  readonly path: string;
  readonly name: string;
}

/** A picture for another program: composed, scaled to just this size, mirrored, turned, encoded. */
export interface RenderJob {
  readonly kind: 'render';
  readonly plan: ComposePlan;
  /** Before it is turned. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** About the vertical axis, before it is turned. */
  readonly mirrored: boolean;
  /** Clockwise. */
  readonly degrees: 0 | 90 | 180 | 270;
  readonly quality: 'default' | 'color' | 'gray' | 'bitonal';
  /** 'rgb-jpg': a JPEG of R, G and B without a colour transform. 'raw': samples without padding. */
  readonly format: 'jpg' | 'png' | 'rgb-jpg' | 'raw';
}

export interface RenderedPicture {
  readonly bytes: Uint8Array;
}

/** Every kind of work that a decode process does, and what it answers. */
export interface DecodeWork {
  readonly compose: { readonly job: ComposeJob; readonly result: ComposedPicture };
  readonly render: { readonly job: RenderJob; readonly result: RenderedPicture };
  readonly open: { readonly job: OpenJob; readonly result: OpenFindings };
  readonly 'openslide-open': { readonly job: OpenSlideOpenJob; readonly result: OpenSlideFindings };
  readonly 'openslide-region': {
    readonly job: OpenSlideRegionJob;
    readonly result: ComposedPicture;
  };
  readonly 'openslide-associated': {
    readonly job: OpenSlideAssociatedJob;
    readonly result: ComposedPicture;
  };
}

export type DecodeKind = keyof DecodeWork;
export type DecodeJob = DecodeWork[DecodeKind]['job'];
export type DecodeResult = DecodeWork[DecodeKind]['result'];

export interface WireError {
  /** null: not an expected failure. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly fields: ErrorFields;
}

export type ToWorker =
  | { readonly kind: 'job'; readonly id: number; readonly job: DecodeJob }
  | { readonly kind: 'bytes'; readonly read: number; readonly bytes: Uint8Array }
  | { readonly kind: 'bytes-failed'; readonly read: number; readonly error: WireError };

export type FromWorker =
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: DecodeResult;
      /** The process has grown too large: it takes no more work and ends. */
      readonly retiring: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly error: WireError;
      readonly retiring: boolean;
    }
  | {
      readonly kind: 'read';
      readonly read: number;
      readonly file: number;
      readonly offset: number;
      readonly length: number;
    };
