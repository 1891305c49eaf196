import type { ArrivalLine } from '../../shared/api/endpoints/slides.ts';
import type { SlideId, UploadId } from '../../shared/ids.ts';
import type { ArrivingSlides } from '../deps.ts';
import { followChanges } from '../http/follow-changes.ts';
import { createWakeUps } from '../http/wake-ups.ts';
import { arrivingKeyOf, arrivingUploadOf, isArrivingKey } from './arriving-rows.ts';
import { type ArrivingNeeds, type ArrivingUpload, rememberUploads } from './arriving-uploads.ts';
import { joinArrivingWords, type ArrivingWord } from './arriving-words.ts';
import { closeAll, filesOf, openWhenPossible, sourcesOf, wishOf } from './open-arriving.ts';
import { createWantedChunks, type WantedChunks } from './wanted-chunks.ts';

/** What uploads tell, and ask of, the readers of their slides. */
export interface Arriving extends ArrivingSlides {
  readonly wanted: WantedChunks;
  noteDurable(uploadId: UploadId, chunks: readonly number[]): void;
  /** Finished or cancelled: its chunks are nobody's business any more. */
  end(uploadId: UploadId, slideId: SlideId | null): void;
  /** Resolves when no slide is being opened. */
  settle(): Promise<void>;
  /** Ends what readers and senders follow; they ask elsewhere. */
  stopFollowing(): void;
  close(): Promise<void>;
}

/** Work that no request waits for. */
function createBackground(log: (line: string) => void) {
  const working = new Set<Promise<unknown>>();
  return {
    inBackground: (work: Promise<void>): void => {
      const done = work
        .catch((cause: unknown) => log(`an arriving slide: ${String(cause)}`))
        .finally(() => working.delete(done));
      working.add(done);
    },
    settle: async (): Promise<void> => {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

/** A reader's line need not carry more than some five lists of chunks in a second. */
const ARRIVALS_GATHER_MS = 180;

const NOTHING_ARRIVES: ArrivalLine = {
  chunkCount: 1,
  received: [[0, 1]],
  isOpen: true,
  isOver: true,
};

/** Of a slide that has arrived, all is there: one line. */
function followArrived(signal: AbortSignal): AsyncIterable<Uint8Array> {
  const read = () => Promise.resolve({ value: NOTHING_ARRIVES, isLast: true });
  return followChanges({ changes: createWakeUps(), read, gatherMs: 0, signal });
}

/** What of it is there, as lines, until all is. */
function followArrival(known: ArrivingUpload, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const read = async () => {
    const { grid, durable, isOpen, isOver } = known;
    const received = await durable.runs();
    const runs = received.map(([first, afterLast]): [number, number] => [first, afterLast]);
    const value: ArrivalLine = { chunkCount: grid.chunkCount, received: runs, isOpen, isOver };
    return { value, isLast: isOver };
  };
  return followChanges({ changes: known.changes, read, gatherMs: ARRIVALS_GATHER_MS, signal });
}

/** What the words of all processes change in this one. */
function createListener(
  needs: ArrivingNeeds,
  uploads: ReturnType<typeof rememberUploads>,
  wanted: WantedChunks,
  openWhenPossible: (known: ArrivingUpload) => Promise<void>,
) {
  const knownOf = async (id: UploadId): Promise<ArrivingUpload | undefined> =>
    await uploads.peek(id);
  return async (word: ArrivingWord): Promise<void> => {
    const known = await knownOf(word.uploadId);
    switch (word.kind) {
      case 'wish': {
        const missing = word.chunks.filter((chunk) => known?.durable.has(chunk) !== true);
        if (missing.length > 0) wanted.wish({ ...word, id: word.uploadId }, word.reader, missing);
        return;
      }
      case 'durable':
        known?.durable.note(word.chunks);
        // After the note, so that a wish is either refused by it or taken back here.
        wanted.arrived(word.uploadId, word.chunks);
        known?.changes.raise();
        // It may be the one that opening lacked here, and went to another process.
        return known === undefined ? undefined : await openWhenPossible(known);
      case 'opened':
        needs.onChange({
          slideId: word.slideId,
          originalKey: arrivingKeyOf(word.uploadId),
          isOver: false,
        });
        if (known !== undefined) known.isOpen = true;
        return known?.changes.raise();
      case 'over':
        end(word, known);
    }
  };

  function end(
    { uploadId, slideId }: Extract<ArrivingWord, { kind: 'over' }>,
    known?: ArrivingUpload,
  ) {
    wanted.forget(uploadId);
    uploads.drop(uploadId);
    if (slideId !== null) {
      needs.onChange({ slideId, originalKey: arrivingKeyOf(uploadId), isOver: true });
    }
    if (known === undefined) return;
    known.isOver = true;
    known.changes.raise();
  }
}

/** Slides that are looked at while they are sent. */
export function createArriving(needs: ArrivingNeeds): Arriving {
  const wanted = createWantedChunks(needs.now);
  const uploads = rememberUploads(needs);
  const { inBackground, settle } = createBackground(needs.log);
  const open = (known: ArrivingUpload): Promise<void> => openWhenPossible(needs, known, words);
  const hear = createListener(needs, uploads, wanted, open);
  const words = joinArrivingWords(needs.messages, (word) => inBackground(hear(word)));
  const closing = new AbortController();

  async function note(uploadId: UploadId, chunks: readonly number[]): Promise<void> {
    const known = await uploads.get(uploadId);
    known.durable.note(chunks);
    words.tell({ kind: 'durable', uploadId, chunks: [...chunks] });
    await open(known);
  }

  async function wish(id: UploadId, reader: string, chunks: readonly number[]): Promise<void> {
    const { grid, durable } = await uploads.get(id);
    const missing = chunks.filter((chunk) => !durable.has(chunk));
    words.tell(wishOf(grid, reader, missing));
  }

  return {
    wanted: {
      ...wanted,
      follow: (sender, signal) => wanted.follow(sender, AbortSignal.any([signal, closing.signal])),
    },
    noteDurable: (uploadId, chunks) => inBackground(note(uploadId, chunks)),
    end: (uploadId, slideId) => {
      // Here at once: whoever asks after the answer finds the slide where it is now.
      inBackground(hear({ kind: 'over', uploadId, slideId }));
      words.tell({ kind: 'over', uploadId, slideId });
    },
    openFiles: async (originalKey) => {
      const known = await uploads.get(arrivingUploadOf(originalKey));
      const sources = sourcesOf(needs, known);
      return { files: filesOf(known, sources), close: () => closeAll(sources) };
    },
    wish: (originalKey, reader, chunks) => {
      if (chunks.length === 0) return;
      inBackground(wish(arrivingUploadOf(originalKey), reader, chunks));
    },
    coverage: async (originalKey) => {
      const { grid, durable } = await uploads.get(arrivingUploadOf(originalKey));
      return { chunkCount: grid.chunkCount, received: await durable.runs() };
    },
    follow: async (originalKey, signal) => {
      if (originalKey === null || !isArrivingKey(originalKey)) return followArrived(signal);
      const known = await uploads.get(arrivingUploadOf(originalKey));
      return followArrival(known, AbortSignal.any([signal, closing.signal]));
    },
    settle,
    stopFollowing: () => closing.abort(new Error('the server stops')),
    close: async () => {
      closing.abort(new Error('the server stops'));
      words.close();
      await settle();
    },
  };
}
