import type { Actor, Resource } from '../../shared/access/can.ts';
import type { Upload } from '../../shared/api/endpoints/uploads.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import type { UploadId } from '../../shared/ids.ts';
import type { Handlers } from '../http/handler.ts';
import {
  inScope,
  isConnectionLoss,
  retryConnectionLoss,
  SYSTEM,
  type Database,
} from '../storage/database.ts';
import type { TakenIn } from '../take-in.ts';
import { createChunkIntake } from './accept-chunk.ts';
import { cancelUpload } from './cancel-upload.ts';
import { createUpload } from './create-upload.ts';
import { nameDiskFull } from './disk-room.ts';
import { finishUpload } from './finish-upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { describeUpload, findUpload, listUploads } from './upload-store.ts';

/** Below what proxies take for a dead connection. */
const WANTED_WAIT_MS = 20_000;

export type UploadHandlers = Pick<
  Handlers,
  | 'upload.create'
  | 'upload.list'
  | 'upload.get'
  | 'upload.wanted'
  | 'upload.chunk'
  | 'upload.finish'
  | 'upload.cancel'
>;

/** What can() needs to know of an upload. */
export async function findUploadResource(
  database: Database,
  id: UploadId,
): Promise<Extract<Resource, { kind: 'upload' }> | undefined> {
  const row = await retryConnectionLoss(() =>
    inScope(database, SYSTEM, (transaction) => findUpload(transaction, id)),
  );
  if (row === undefined) return undefined;
  return { kind: 'upload', hospitalId: row.hospital_id, accountId: row.account_id };
}

/** A sender that lost the answer asks again while the first is still at work: both get its answer. */
function oneAtATime(
  finish: (id: UploadId, expected: string) => Promise<TakenIn>,
): (id: UploadId, expected: string) => Promise<TakenIn> {
  const running = new Map<string, Promise<TakenIn>>();
  return async (id, expected) => {
    const key = `${id} ${expected}`;
    const begun = running.get(key) ?? finish(id, expected);
    running.set(key, begun);
    try {
      return await begun;
    } finally {
      running.delete(key);
    }
  };
}

/** What may run twice waits out a restart of the database; what remains of it is said by name. */
async function withNamedFailures<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await retryConnectionLoss(work);
  } catch (cause) {
    const named = nameDiskFull(cause);
    if (!isConnectionLoss(named)) throw named;
    throw new AppError('server.unavailable', 'the database is away', { cause: named });
  }
}

async function readUpload({ database }: UploadDeps, actor: Actor, id: UploadId): Promise<Upload> {
  return await inScope(database, { kind: 'actor', actor }, async (transaction) => {
    const row = await findUpload(transaction, id);
    if (row === undefined) throw new AppError('request.not-found', 'no such upload');
    return await describeUpload(transaction, row);
  });
}

/** Handlers of all upload endpoints. The HTTP floor has parsed and authorised what reaches them. */
export function uploadHandlers(deps: UploadDeps): UploadHandlers {
  const { database } = deps;
  const intake = createChunkIntake(deps);
  const finish = oneAtATime((id, expected) => finishUpload(deps, id, expected));
  return {
    'upload.create': ({ actor, body }) => withNamedFailures(() => createUpload(deps, actor, body)),
    'upload.list': ({ actor }) =>
      withNamedFailures(() =>
        inScope(database, { kind: 'actor', actor }, (transaction) =>
          listUploads(transaction, actor, deps.now()),
        ),
      ),
    'upload.get': ({ actor, params }) =>
      withNamedFailures(() => readUpload(deps, actor, params.uploadId)),
    'upload.wanted': ({ actor, query, signal }) =>
      deps.arriving.wanted.next(actor.accountId, query.since, { waitMs: WANTED_WAIT_MS, signal }),
    'upload.chunk': async ({ actor, params, body, header }) => {
      const { uploadId, index } = params;
      const digestField = header('content-digest');
      const { complete } = await intake.accept({ actor, uploadId, index, digestField, body });
      return { received: true, complete };
    },
    'upload.finish': async ({ params, body }) => {
      const taken = await withNamedFailures(() => finish(params.uploadId, body.contentDigest));
      return { slideId: taken.slideId, alreadyKnown: taken.alreadyKnown };
    },
    'upload.cancel': async ({ actor, params }) => {
      await withNamedFailures(() => cancelUpload(deps, actor, params.uploadId));
      return undefined;
    },
  };
}
