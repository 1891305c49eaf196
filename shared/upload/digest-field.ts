import { bytesOfHex, DIGEST_BYTES, hexOf } from './content-digest.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const triple = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(triple >> 18) + ALPHABET.charAt((triple >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((triple >> 6) & 63) : '=';
    text += left > 2 ? ALPHABET.charAt(triple & 63) : '=';
  }
  return text;
}

function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at] = (bits >> held) & 255;
      at += 1;
    }
  }
  return bytes;
}

/** Value of the header Content-Digest (RFC 9530, section 2) for a SHA-256 given as hex. */
export function formatDigestField(hex: string): string {
  return `sha-256=:${toBase64(bytesOfHex(hex))}:`;
}

/** SHA-256 (hex) of a Content-Digest header, or undefined when it carries none; others are ignored. */
export function parseDigestField(value: string | undefined): string | undefined {
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(value ?? '');
  const bytes = found?.[1] === undefined ? undefined : fromBase64(found[1]);
  return bytes?.length === DIGEST_BYTES ? hexOf(bytes) : undefined;
}

/** One chunk of a parcel: its place in the grid, and the SHA-256 (hex) of its bytes. */
export interface ChunkDigest {
  readonly index: number;
  readonly sha256: string;
}

/** Value of the header Chunk-Digests: a dictionary (RFC 9651, section 3.2) from the chunk to its SHA-256. */
export function formatChunkDigests(chunks: readonly ChunkDigest[]): string {
  return chunks
    .map(({ index, sha256 }) => `c${index}=:${toBase64(bytesOfHex(sha256))}:`)
    .join(', ');
}

function parseChunkDigest(member: string): ChunkDigest | undefined {
  const found = /^c(0|[1-9]\d{0,8})=:([A-Za-z0-9+/]{43}=):$/.exec(member.trim());
  const bytes = found?.[2] === undefined ? undefined : fromBase64(found[2]);
  if (bytes?.length !== DIGEST_BYTES) return undefined;
  return { index: Number(found?.[1]), sha256: hexOf(bytes) };
}

/** The chunks of a parcel in the order of its body; undefined: it does not name each of them once. */
export function parseChunkDigests(value: string | undefined): ChunkDigest[] | undefined {
  const chunks = (value ?? '').split(',').map(parseChunkDigest);
  const known = chunks.filter((chunk) => chunk !== undefined);
  if (known.length !== chunks.length) return undefined;
  return new Set(known.map(({ index }) => index)).size === known.length ? known : undefined;
}
