/**
 * Bytes that can be read at any position: a file on the server, a File in the browser, an object in
 * a store, an upload that is still arriving.
 */
export interface ByteSource {
  /** Total length in bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset`. Rejects with AppError 'format.truncated' when the
   * range reaches beyond `size`, and with 'tile.not-arrived' when those bytes have not arrived yet.
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** One file of a slide. `path` is relative, with forward slashes ("series/1.dcm"); one file: its name. */
export interface SlideFile {
  readonly path: string;
  readonly source: ByteSource;
}
