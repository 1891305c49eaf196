import { open } from 'node:fs/promises';
import type { Metadata } from 'sharp';
import { AppError } from '../../shared/errors/app-error.ts';
import {
  damaged,
  tooLarge,
  unsupportedCompression,
} from '../../shared/slide-format/format-errors.ts';

/**
 * Most pictures are read from top to bottom in a few megabytes. Three kinds must be held whole: progressive
 * JPEG as coefficients (6 bytes a pixel), interlaced PNG and WebP as pixels (3 to 4 bytes). These many pixels of
 * them fit into some 700 MB.
 */
const MAX_PROGRESSIVE_JPEG_PX = 115_000_000;
const MAX_HELD_PX = 170_000_000;

async function isInterlacedPng(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const head = new Uint8Array(29);
    await handle.read(head, 0, head.length, 0);
    // IHDR's last byte: interlace method (PNG specification, 11.2.1).
    return head[28] === 1;
  } finally {
    await handle.close();
  }
}

/** @throws AppError 'format.too-large' for a picture that cannot be turned in bounded memory */
export async function assertBuildable(path: string, metadata: Metadata): Promise<void> {
  const { format, width, height, isProgressive } = metadata;
  const px = width * height;
  const tooMany =
    (format === 'jpeg' && isProgressive && px > MAX_PROGRESSIVE_JPEG_PX) ||
    (format === 'webp' && px > MAX_HELD_PX) ||
    (format === 'png' && px > MAX_HELD_PX && (await isInterlacedPng(path)));
  if (tooMany) throw tooLarge('picture', `${width} x ${height}, must be held whole`);
}

/** libvips says in words why it cannot read a picture; a failure of ours stays one. */
export function readingError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/more than 1 GB/.test(message)) return tooLarge('picture', message);
  const compression = /(\w+) compression support is not configured/.exec(message)?.[1];
  if (compression !== undefined) return unsupportedCompression(compression);
  if (/No space left|ENOSPC|unable to (?:write|create)|write error/i.test(message)) {
    return new AppError('upload.disk-full', message, { cause });
  }
  return damaged('picture-header', message, cause);
}
