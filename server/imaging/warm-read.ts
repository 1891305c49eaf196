import koffi from 'koffi';

/**
 * Reads bytes of an open file without waiting for a disk: how many were read into the buffer, or undefined
 * when (some of) them are not in the page cache.
 */
export type WarmRead = (fd: number, buffer: Uint8Array, offset: number) => number | undefined;

/** Linux 4.14: "Do not wait for data which is not immediately available" (preadv2(2)). */
const RWF_NOWAIT = 8;

type Preadv2 = (
  fd: number,
  vectors: { readonly base: Uint8Array; readonly length: number },
  count: number,
  offset: number,
  flags: number,
) => number;

function bindPreadv2(): Preadv2 | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    koffi.struct('iovec', { base: 'void *', length: 'size_t' });
    const libc = koffi.load('libc.so.6');
    return libc.func('intptr_t preadv2(int, const iovec *, int, int64_t, int)') as Preadv2;
  } catch {
    // Another C library: reads go through the thread pool, as everywhere else.
    return undefined;
  }
}

let preadv2: Preadv2 | undefined;
let isBound = false;

/**
 * Most tiles that are looked at lie in the page cache. Handing such a read to the thread pool costs four times
 * the read itself; a plain synchronous read would stop the server when the bytes are not there. This one does
 * neither. undefined where the system has no such call.
 */
export function warmRead(): WarmRead | undefined {
  if (!isBound) {
    preadv2 = bindPreadv2();
    isBound = true;
  }
  const call = preadv2;
  if (call === undefined) return undefined;
  return (fd, buffer, offset) => {
    const read = call(fd, { base: buffer, length: buffer.length }, 1, offset, RWF_NOWAIT);
    return read === buffer.length ? read : undefined;
  };
}
