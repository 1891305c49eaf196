import type { UploadId } from '../../../shared/ids.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { UploadOutcome } from '../../local/uploads.ts';
import { changeState, failedState, inBackground, standingOf, type Engine } from './engine-state.ts';
import type { HoldReason } from './insist.ts';
import { runUpload, type RunNeeds, type RunOutcome } from './run-upload.ts';
import { noteSent, progressOf, sendingState, type UploadEntry } from './upload-entry.ts';
import type { UploadItemState } from './upload-item.ts';

/** Digests go to the local store in handfuls: losing some only means reading those chunks again. */
const DIGESTS_AT_ONCE = 32;

export async function saveDigests(engine: Engine, entry: UploadEntry): Promise<void> {
  const unsaved = entry.unsaved.splice(0);
  if (unsaved.length === 0) return;
  await engine.needs.records.addDigests(entry.id, unsaved);
}

function holdState(entry: UploadEntry, reason: HoldReason): UploadItemState {
  switch (reason) {
    case 'network':
    case 'server':
      return { kind: 'waiting-for-network', ...progressOf(entry) };
    case 'room':
      return { kind: 'waiting-for-room', ...progressOf(entry) };
  }
}

/** A lost note costs one look-up: the next run asks the server by fingerprint. */
async function rememberServerId(engine: Engine, entry: UploadEntry, id: UploadId): Promise<void> {
  entry.serverId = id;
  if (entry.record === undefined || entry.record.serverId === id) return;
  entry.record = { ...entry.record, serverId: id };
  await engine.needs.records.put(entry.record);
}

/** Connects a run with the entry that people see. */
function runNeeds(engine: Engine, entry: UploadEntry): RunNeeds {
  const { needs, slots, wishes } = engine;
  const { record, files } = entry;
  if (record === undefined || files === undefined) {
    throw new AppError('upload.file-changed', 'a run without files');
  }
  const show = (state: UploadItemState): void => {
    if (!entry.stop.signal.aborted) changeState(engine, entry, state);
  };
  return {
    ...needs,
    slots,
    wishes,
    planOrder: engine.planInTurn,
    standing: () => standingOf(engine, entry),
    id: entry.id,
    name: entry.name,
    files,
    dated: record.files,
    fingerprint: record.fingerprint,
    digests: entry.digests,
    stop: entry.stop.signal,
    cancelled: entry.cancel.signal,
    onBegun: (upload) => {
      inBackground(rememberServerId(engine, entry, upload.id));
      entry.slideId = upload.slideId;
      entry.sinceMs = needs.clock.now();
      entry.samples = [];
    },
    onReceived: (bytes) => {
      entry.bytesSent = bytes;
    },
    onAwaitingTurn: () => {
      if (entry.state.kind !== 'waiting') show({ kind: 'waiting', ...progressOf(entry) });
    },
    onSending: () => show(sendingState(entry, needs.clock.now())),
    onDurable: (index, bytes, sha256) => {
      entry.digests.set(index, sha256);
      entry.unsaved.push({ index, sha256 });
      noteSent(entry, bytes, needs.clock.now());
      show(sendingState(entry, needs.clock.now()));
      if (entry.unsaved.length >= DIGESTS_AT_ONCE) inBackground(saveDigests(engine, entry));
    },
    onHold: (reason) => show(holdState(entry, reason)),
    onFinishing: () => show({ kind: 'finishing' }),
  };
}

async function remember(engine: Engine, entry: UploadEntry, outcome: UploadOutcome): Promise<void> {
  if (entry.record === undefined) return;
  entry.record = { ...entry.record, outcome };
  await engine.needs.records.put(entry.record);
}

/** Says in the queue, and remembers, how a run ended. */
export async function settle(
  engine: Engine,
  entry: UploadEntry,
  outcome: RunOutcome,
): Promise<void> {
  await saveDigests(engine, entry);
  switch (outcome.kind) {
    case 'paused':
      return;
    case 'cancelled':
      return changeState(engine, entry, { kind: 'cancelled' });
    case 'finished':
    case 'failed':
      await remember(engine, entry, outcome);
      return changeState(engine, entry, outcome);
  }
}

/** Sends one upload to its end, pause or failure. Never rejects: whatever befalls it, the others go on. */
export async function runEntry(engine: Engine, entry: UploadEntry): Promise<void> {
  try {
    await settle(engine, entry, await runUpload(runNeeds(engine, entry)));
  } catch (cause) {
    changeState(engine, entry, failedState(cause));
  }
}
