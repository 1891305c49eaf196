import type { ErrorCode } from '../../shared/errors/app-error.ts';

/** What the network says to a request for a tile (client/api's TileReply has this shape). */
export type TileAnswer =
  | { readonly kind: 'image'; readonly blob: Blob }
  /** 425: these chunks of its upload have not come yet. */
  | { readonly kind: 'not-arrived'; readonly chunks: readonly number[] }
  /** 401: nobody is signed in any more. */
  | { readonly kind: 'unsigned' }
  /** Not worth another attempt: damaged, refused, outside. */
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  /** The line, a busy server, or bytes that did not decode: worth another attempt. */
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/** How one attempt to get a tile ended. Every kind is drawn: nothing is drawn as nothing. */
export type TileOutcome<Image> =
  | { readonly kind: 'image'; readonly image: Image }
  | Exclude<TileAnswer, { kind: 'image' }>;
