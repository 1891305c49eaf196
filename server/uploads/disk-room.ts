import { statfs } from 'node:fs/promises';
import { AppError } from '../../shared/errors/app-error.ts';

/** Bytes that an ordinary user may still write. */
export type FreeBytes = () => Promise<number>;

/** Below this the database would be the next to run out. */
export const ROOM_FLOOR_BYTES = 512 << 20;
const RETRY_AFTER_SECONDS = 5;

export function freeBytesOf(folder: string): FreeBytes {
  return async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
}

function diskFull(message: string, cause?: unknown): AppError {
  return new AppError('upload.disk-full', message, {
    cause,
    fields: { retryAfterSeconds: RETRY_AFTER_SECONDS },
  });
}

/** ENOSPC and EDQUOT of the file system, 53100 (disk_full) of PostgreSQL. */
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT', '53100']);

/** The same failure under its name when the disk is full, else unchanged. */
export function nameDiskFull(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && FULL_CODES.has(code) ? diskFull(code, error) : error;
}

/** Refuses before a body is read when writing it would go below the floor. */
export async function checkRoom(
  needs: { readonly freeBytes: FreeBytes; readonly floorBytes: number },
  bytes: number,
): Promise<void> {
  const free = await needs.freeBytes();
  if (free - bytes < needs.floorBytes) throw diskFull(`${free} bytes free`);
}
