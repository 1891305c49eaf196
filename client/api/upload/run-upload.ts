import { AppError } from '../../../shared/errors/app-error.ts';
import type { UploadId } from '../../../shared/ids.ts';
import type { Upload } from '../../../shared/api/endpoints/uploads.ts';
import { bytesOfHex, contentDigest } from '../../../shared/upload/content-digest.ts';
import { chunkPlace } from '../../../shared/upload/chunk-grid.ts';
import type { DatedFile } from '../../../shared/upload/fingerprint.ts';
import type { UploadOutcome } from '../../local/uploads.ts';
import { insist } from './insist.ts';
import { sendMissing, type SendNeeds } from './send-missing.ts';

export interface RunNeeds extends SendNeeds {
  readonly id: UploadId;
  readonly name: string;
  readonly dated: readonly DatedFile[];
  readonly fingerprint: string;
  /** Digests that are known, by chunk; what is missing is read from the files again. */
  readonly digests: ReadonlyMap<number, string>;
  onBegun(upload: Upload): void;
  onFinishing(): void;
}

export type RunOutcome =
  | UploadOutcome
  | { readonly kind: 'paused' }
  | { readonly kind: 'cancelled' };

/** The content digest of the local files, from digests taken while sending and, where none, from the file. */
async function localContentDigest(needs: RunNeeds, upload: Upload): Promise<string> {
  const digests: Uint8Array[] = [];
  for (let index = 0; index < upload.chunkCount; index += 1) {
    needs.stop.throwIfAborted();
    const place = chunkPlace(upload.files, upload.chunkBytes, index);
    const file = place === undefined ? undefined : needs.files[place.file]?.file;
    if (place === undefined || file === undefined) throw new RangeError(`no chunk ${index}`);
    const known = needs.digests.get(index);
    const sha256 = known ?? (await needs.chunks.read(file, place.offset, place.bytes)).sha256;
    digests.push(bytesOfHex(sha256));
  }
  return contentDigest(digests);
}

async function finish(needs: RunNeeds, upload: Upload): Promise<UploadOutcome> {
  needs.onFinishing();
  const digest = await localContentDigest(needs, upload);
  const { slideId, alreadyKnown } = await insist(needs, () =>
    needs.api.finish(upload.id, digest, needs.cancelled),
  );
  return { kind: 'finished', slideId, alreadyKnown };
}

async function sendAndFinish(needs: RunNeeds): Promise<RunOutcome> {
  const { id, name, fingerprint, dated } = needs;
  const files = dated.map(({ path, bytes, lastModified }) => ({ path, bytes, lastModified }));
  const begun = await insist(needs, () =>
    needs.api.create({ id, name, fingerprint, files }, needs.cancelled),
  );
  if (begun.kind === 'known') {
    return { kind: 'finished', slideId: begun.slideId, alreadyKnown: true };
  }
  needs.onBegun(begun.upload);
  const sent = await sendMissing(needs, begun.upload);
  if (sent.state === 'cancelled') return { kind: 'cancelled' };
  return await finish(needs, sent);
}

/** One attempt at an upload, from asking what the server has to the slide, or to being stopped. */
export async function runUpload(needs: RunNeeds): Promise<RunOutcome> {
  try {
    return await sendAndFinish(needs);
  } catch (cause) {
    if (needs.cancelled.aborted) return { kind: 'cancelled' };
    if (needs.stop.aborted) return { kind: 'paused' };
    if (!(cause instanceof AppError)) throw cause;
    return { kind: 'failed', code: cause.code, fields: cause.fields };
  }
}
