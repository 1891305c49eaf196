import type { UploadId } from '../../../shared/ids.ts';
import { receivedBytes } from '../../../shared/upload/received-bytes.ts';
import { mergeRuns } from '../../../shared/upload/received-runs.ts';
import type { UploadRecord } from '../../local/uploads.ts';
import { runEntry, saveDigests, settle } from './engine-runs.ts';
import type { Engine } from './engine-state.ts';
import {
  changeState,
  failedState,
  findEntry,
  forget,
  inBackground,
  notify,
  startNext,
} from './engine-state.ts';
import { planInTurn } from './plan-in-turn.ts';
import { createSendSlots } from './send-slots.ts';
import { fingerprintFiles } from './fingerprint-files.ts';
import { isOver, newEntry, progressOf, type UploadEntry } from './upload-entry.ts';
import type { LocalFile, LocalSlide, UploadQueue } from './upload-item.ts';
import type { UploadEngineNeeds } from './upload-needs.ts';
import { createWishWatch } from './wish-watch.ts';

/** Server errors of these kinds mean that the bytes on the server are not those of the file any more. */
const STALE = new Set([
  'upload.content-mismatch',
  'upload.chunk-conflict',
  'upload.ended',
  'request.not-found',
  'request.invalid',
]);

/** The entry that waits for, or already sends, these very files. */
function sameFiles(engine: Engine, entry: UploadEntry, fingerprint: string) {
  return engine.entries.find(
    (other) => other !== entry && other.record?.fingerprint === fingerprint && !isOver(other),
  );
}

/** Dropped again: the upload that lost its files goes on with them; one that has them is enough. */
function joinSame(engine: Engine, entry: UploadEntry, same: UploadEntry): void {
  same.files ??= entry.files;
  if (same.state.kind === 'needs-file') enqueue(engine, same);
  forget(engine, entry);
}

/** Nobody can reach its files: the technician is asked, by name or, where the browser can, by a question. */
function awaitFiles(engine: Engine, entry: UploadEntry, canAsk: boolean): void {
  changeState(engine, entry, { kind: 'needs-file', canAsk, ...progressOf(entry) });
}

/** Whether these are the files that an interrupted upload waits for; then it goes on with them. */
async function takeUpOne(engine: Engine, slide: LocalSlide): Promise<boolean> {
  const isWaiting = ({ state, bytes }: UploadEntry) =>
    state.kind === 'needs-file' && bytes === slide.bytes;
  if (!engine.entries.some(isWaiting)) return false;
  const { fingerprint } = await fingerprintFiles(engine.needs.chunks, slide.files);
  const entry = engine.entries.find(
    (candidate) => isWaiting(candidate) && candidate.record?.fingerprint === fingerprint,
  );
  if (entry === undefined) return false;
  entry.files = slide.files;
  enqueue(engine, entry);
  return true;
}

async function takeUp(engine: Engine, slides: readonly LocalSlide[]): Promise<LocalSlide[]> {
  const left: LocalSlide[] = [];
  for (const slide of slides) if (!(await takeUpOne(engine, slide))) left.push(slide);
  return left;
}

function enqueue(engine: Engine, entry: UploadEntry): void {
  entry.stop = new AbortController();
  changeState(engine, entry, { kind: 'waiting', ...progressOf(entry) });
  startNext(engine);
}

async function prepare(engine: Engine, entry: UploadEntry): Promise<void> {
  const { needs } = engine;
  const files = entry.files ?? [];
  const { dated, fingerprint } = await fingerprintFiles(needs.chunks, files);
  if (entry.cancel.signal.aborted) return;
  const same = sameFiles(engine, entry, fingerprint);
  if (same !== undefined) return joinSame(engine, entry, same);
  const handles = files.flatMap(({ handle }) => handle ?? []);
  entry.record = {
    id: entry.id,
    serverId: null,
    name: entry.name,
    files: dated,
    fingerprint,
    paused: false,
    outcome: null,
    addedAtMs: needs.dateNow(),
    ...(handles.length === files.length ? { handles } : {}),
  };
  await needs.records.put(entry.record);
  enqueue(engine, entry);
}

async function prepareAfter(
  before: Promise<void>,
  engine: Engine,
  entry: UploadEntry,
): Promise<void> {
  await before;
  try {
    await prepare(engine, entry);
  } catch (cause) {
    changeState(engine, entry, failedState(cause));
  }
}

/** One after the other: reading two chunks of each takes no time, and the disk is spared. */
function prepareInTurn(engine: Engine, entry: UploadEntry): void {
  engine.preparing = prepareAfter(engine.preparing, engine, entry);
}

function addSlide(engine: Engine, id: UploadId, slide: LocalSlide): UploadEntry {
  const entry = newEntry(id, slide.name, slide.bytes, { kind: 'preparing' });
  entry.files = slide.files;
  engine.entries.push(entry);
  prepareInTurn(engine, entry);
  return entry;
}

async function pause(engine: Engine, entry: UploadEntry): Promise<void> {
  if (entry.record === undefined || isOver(entry) || entry.state.kind === 'finishing') return;
  entry.stop.abort(new Error('paused'));
  changeState(engine, entry, { kind: 'paused', ...progressOf(entry) });
  entry.record = { ...entry.record, paused: true };
  await engine.needs.records.put(entry.record);
}

async function resume(engine: Engine, entry: UploadEntry): Promise<void> {
  if (entry.record === undefined || isOver(entry)) return;
  if (entry.state.kind !== 'paused' && entry.state.kind !== 'needs-file') return;
  // Chunks in flight when it was paused still arrive: two runs of one upload would send twice.
  await entry.running;
  entry.record = { ...entry.record, paused: false };
  await engine.needs.records.put(entry.record);
  entry.files ??= await engine.needs.files.reopen(entry.record, true);
  if (entry.files === undefined) return awaitFiles(engine, entry, false);
  enqueue(engine, entry);
}

/** Until the server has said so, or says that there is nothing to cancel; its own expiry is the last resort. */
async function cancelOnServer(engine: Engine, id: UploadId): Promise<void> {
  const { api, clock } = engine.needs;
  const { signal } = engine.gone;
  for (let attempt = 0; attempt < 5 && !signal.aborted; attempt += 1) {
    const outcome = await api.cancel(id, signal);
    if (outcome.kind === 'ok') return;
    if (outcome.failure.kind === 'refused' && outcome.failure.status < 500) return;
    await clock.sleep(1_000 * 2 ** attempt, signal);
  }
}

async function cancel(engine: Engine, entry: UploadEntry): Promise<void> {
  if (isOver(entry)) return;
  entry.cancel.abort(new Error('cancelled'));
  entry.stop.abort(new Error('cancelled'));
  changeState(engine, entry, { kind: 'cancelled' });
  await entry.running;
  await engine.needs.records.remove(entry.id);
  await cancelOnServer(engine, entry.serverId ?? entry.id);
}

/** Again: with the same upload when what was sent still counts, else as a new one. */
async function retry(engine: Engine, entry: UploadEntry): Promise<void> {
  if (entry.state.kind !== 'failed') return;
  const isStale = STALE.has(entry.state.code);
  const record = entry.record;
  if (entry.files === undefined && record !== undefined) {
    entry.files = await engine.needs.files.reopen(record, true);
  }
  const { files } = entry;
  if (files === undefined) return awaitFiles(engine, entry, false);
  forget(engine, entry);
  await engine.needs.records.remove(entry.id);
  const id = isStale || record === undefined ? engine.needs.newId() : entry.id;
  addSlide(engine, id, { name: entry.name, bytes: entry.bytes, files });
  notify(engine);
  if (isStale) await cancelOnServer(engine, entry.serverId ?? entry.id);
}

/** How far the server has it: also when its files are not at hand. True: it is a slide by now. */
async function lookUp(engine: Engine, entry: UploadEntry): Promise<boolean> {
  const { record } = entry;
  if (record === undefined || record.serverId === null) return false;
  entry.serverId = record.serverId;
  const outcome = await engine.needs.api.get(record.serverId, entry.cancel.signal);
  if (outcome.kind === 'failed') return false;
  const { files, chunkBytes, received, state, slideId } = outcome.value;
  entry.slideId = slideId;
  entry.bytesSent = receivedBytes(files, chunkBytes, mergeRuns(received));
  if (state !== 'finished' || slideId === null) return false;
  await settle(engine, entry, { kind: 'finished', slideId, alreadyKnown: false });
  return true;
}

async function restoreOne(engine: Engine, record: UploadRecord): Promise<void> {
  if (findEntry(engine, record.id) !== undefined) return;
  const bytes = record.files.reduce((sum, file) => sum + file.bytes, 0);
  const entry = newEntry(record.id, record.name, bytes, { kind: 'preparing' });
  entry.record = record;
  engine.entries.push(entry);
  if (record.outcome !== null) return changeState(engine, entry, record.outcome);
  const { records, files } = engine.needs;
  for (const { index, sha256 } of await records.loadDigests(record.id)) {
    entry.digests.set(index, sha256);
  }
  const isThere = await lookUp(engine, entry);
  if (isThere || entry.cancel.signal.aborted) return;
  if (record.paused) return changeState(engine, entry, { kind: 'paused', ...progressOf(entry) });
  const found: readonly LocalFile[] | undefined = await files.reopen(record, false);
  if (entry.cancel.signal.aborted) return;
  entry.files = found;
  if (found === undefined) return awaitFiles(engine, entry, record.handles !== undefined);
  enqueue(engine, entry);
}

async function markUrgent(engine: Engine, entry: UploadEntry, isUrgent: boolean): Promise<void> {
  if (entry.record === undefined || isOver(entry)) return;
  entry.record = { ...entry.record, isUrgent };
  notify(engine);
  startNext(engine);
  engine.slots.look();
  await engine.needs.records.put(entry.record);
}

/** The queue with the one thing that only its start needs: what was left by the page before. */
export interface UploadEngine extends UploadQueue {
  /** Takes up what a reload interrupted. */
  restore(): Promise<void>;
}

/**
 * The engine of uploads: framework-free. Never sends a chunk again that the server has acknowledged, not
 * after a pause, a reload, a cut line or a restart of the server.
 */
export function createUploadEngine(needs: UploadEngineNeeds): UploadEngine {
  const slots = createSendSlots(() => needs.clock.now());
  const engine: Engine = {
    needs,
    slots,
    wishes: createWishWatch(needs, () => slots.look()),
    entries: [],
    items: [],
    listeners: new Set(),
    preparing: Promise.resolve(),
    gone: new AbortController(),
    planInTurn: planInTurn(needs.planOrder),
    run: runEntry,
  };
  const withEntry = (id: UploadId, work: (entry: UploadEntry) => Promise<void>): void => {
    const entry = findEntry(engine, id);
    if (entry === undefined) return;
    work(entry).catch((cause: unknown) => {
      if (!engine.gone.signal.aborted) changeState(engine, entry, failedState(cause));
    });
  };
  return {
    items: () => engine.items,
    subscribe: (listener) => {
      engine.listeners.add(listener);
      return () => engine.listeners.delete(listener);
    },
    add: (slides) => {
      for (const slide of slides) addSlide(engine, needs.newId(), slide);
      notify(engine);
    },
    takeUp: (slides) => takeUp(engine, slides),
    pause: (id) => withEntry(id, (entry) => pause(engine, entry)),
    resume: (id) => withEntry(id, (entry) => resume(engine, entry)),
    cancel: (id) => withEntry(id, (entry) => cancel(engine, entry)),
    markUrgent: (id, isUrgent) => withEntry(id, (entry) => markUrgent(engine, entry, isUrgent)),
    retry: (id) => withEntry(id, (entry) => retry(engine, entry)),
    dismiss: (id) =>
      withEntry(id, async (entry) => {
        if (!isOver(entry)) return;
        forget(engine, entry);
        await needs.records.remove(id);
      }),
    restore: async () => {
      const records = await needs.records.load();
      records.sort((a, b) => a.addedAtMs - b.addedAtMs);
      for (const record of records) await restoreOne(engine, record);
    },
    dispose: () => {
      engine.gone.abort(new Error('the page goes'));
      for (const entry of engine.entries) {
        entry.cancel.abort(new Error('the page goes'));
        entry.stop.abort(new Error('the page goes'));
        inBackground(saveDigests(engine, entry));
      }
      engine.listeners.clear();
    },
  };
}
