import { createHash, randomUUID } from 'node:crypto';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { CHUNK_BYTES, chunkCount, chunkPlace } from '../../shared/upload/chunk-grid.ts';
import { contentDigest } from '../../shared/upload/content-digest.ts';
import { formatDigestField } from '../../shared/upload/digest-field.ts';
import { fingerprintOf, type DatedFile } from '../../shared/upload/fingerprint.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  createHash('sha256').update(bytes).digest();
export const sha256Hex = (bytes: Uint8Array): string => Buffer.from(sha256(bytes)).toString('hex');

/** Bytes that can be made again from their seed, different in every chunk. */
export function seededBytes(seed: number, length: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  for (let at = 0; at < words.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[at] = state >>> 0;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Files in memory, and what the protocol says about them. */
export interface LocalUpload {
  readonly id: string;
  readonly name: string;
  readonly files: readonly (DatedFile & { readonly content: Uint8Array })[];
  readonly count: number;
  readonly contentDigest: string;
  chunk(index: number): Uint8Array;
  readonly body: {
    readonly id: string;
    readonly name: string;
    readonly fingerprint: string;
    readonly files: readonly DatedFile[];
  };
}

export function localUpload(
  name: string,
  contents: readonly Uint8Array[],
  id: string = randomUUID(),
): LocalUpload {
  const files = contents.map((content, at) => ({
    path: contents.length === 1 ? name : `${name}/${at}.dcm`,
    bytes: content.length,
    lastModified: 1_700_000_000_000 + at,
    content,
  }));
  const count = chunkCount(files, CHUNK_BYTES);
  const chunk = (index: number): Uint8Array => {
    const place = chunkPlace(files, CHUNK_BYTES, index);
    if (place === undefined) throw new RangeError(`no chunk ${index}`);
    const content = files[place.file]?.content ?? new Uint8Array();
    return content.subarray(place.offset, place.offset + place.bytes);
  };
  const digests = Array.from({ length: count }, (_, index) => sha256(chunk(index)));
  const dated = files.map(({ path, bytes, lastModified }) => ({ path, bytes, lastModified }));
  const samples = [chunk(0), chunk(count - 1)].map(sha256Hex);
  return {
    id,
    name,
    files,
    count,
    chunk,
    contentDigest: contentDigest(digests),
    body: { id, name, files: dated, fingerprint: fingerprintOf(dated, samples) },
  };
}

type Fetch = (path: string, init?: RequestInit & { readonly json?: unknown }) => Promise<Response>;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Answer['body']);
  return { status: response.status, body };
}

export interface ChunkOverrides {
  readonly bytes?: Uint8Array;
  readonly digestOf?: Uint8Array;
}

/** The protocol spoken by hand, so that a test can also speak it wrongly. */
export const speak = {
  create: async (fetch: Fetch, upload: LocalUpload): Promise<Answer> =>
    answerOf(await fetch('/api/uploads', { method: 'POST', json: upload.body })),
  chunk: async (
    fetch: Fetch,
    upload: LocalUpload,
    index: number,
    overrides: ChunkOverrides = {},
  ): Promise<Answer> => {
    const bytes = overrides.bytes ?? upload.chunk(index);
    const digest = sha256Hex(overrides.digestOf ?? bytes);
    return answerOf(
      await fetch(`/api/uploads/${upload.id}/chunks/${index}`, {
        method: 'PUT',
        headers: { 'Content-Digest': formatDigestField(digest) },
        body: bytes as Uint8Array<ArrayBuffer>, // never backed by shared memory here
      }),
    );
  },
  get: async (fetch: Fetch, id: string): Promise<Upload> => {
    const { status, body } = await answerOf(await fetch(`/api/uploads/${id}`));
    if (status !== 200) throw new Error(`upload.get: ${status} ${JSON.stringify(body)}`);
    return body as unknown as Upload;
  },
  finish: async (fetch: Fetch, upload: LocalUpload, digest?: string): Promise<Answer> =>
    answerOf(
      await fetch(`/api/uploads/${upload.id}/finish`, {
        method: 'POST',
        json: { contentDigest: digest ?? upload.contentDigest },
      }),
    ),
  cancel: async (fetch: Fetch, id: string): Promise<Answer> =>
    answerOf(await fetch(`/api/uploads/${id}`, { method: 'DELETE' })),
};
