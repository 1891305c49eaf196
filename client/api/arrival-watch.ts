import { ArrivalLine } from '../../shared/api/endpoints/slides.ts';
import { readLines } from '../../shared/api/read-lines.ts';
import type { SlideId } from '../../shared/ids.ts';
import { OWN_PAGE_HEADER } from './call.ts';
import { textParts } from './stream-text.ts';
import { urlOf } from './url.ts';

type Listener = (line: ArrivalLine) => void;

interface Watched {
  readonly listeners: Set<Listener>;
  readonly stop: AbortController;
  latest: ArrivalLine | undefined;
}

const PAUSE_MS = 1_500;

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** One answer, as long as it goes on. true: the slide is not arriving any more. */
async function listen(slideId: SlideId, signal: AbortSignal, tell: Listener): Promise<boolean> {
  const url = urlOf('slide.arrivals', { slideId });
  const init = { headers: OWN_PAGE_HEADER, credentials: 'same-origin', signal } as const;
  const response = await fetch(url, init);
  // Nobody is signed in, or the slide is gone: whoever asks for the slide itself is told so.
  if (!response.ok) return response.status < 500;
  for await (const line of readLines(textParts(response), ArrivalLine)) {
    tell(line);
    if (line.isOver) return true;
  }
  return false;
}

async function follow(slideId: SlideId, { stop }: Watched, tell: Listener): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      if (await listen(slideId, stop.signal, tell)) return;
    } catch (cause) {
      if (stop.signal.aborted) return;
      // No line, or one that was cut: what was said holds, and is asked for again.
      console.debug('arrivals are asked for again', cause);
      await pause();
    }
  }
}

const watched = new Map<SlideId, Watched>();

/**
 * Tells what is there of an arriving slide, now and whenever more is; one connection for all who want to know.
 * @returns ends it
 */
export function watchArrival(slideId: SlideId, listener: Listener): () => void {
  let known = watched.get(slideId);
  if (known === undefined) {
    const begun: Watched = { listeners: new Set(), stop: new AbortController(), latest: undefined };
    watched.set(slideId, begun);
    known = begun;
    void follow(slideId, begun, (line) => {
      begun.latest = line;
      for (const tell of begun.listeners) tell(line);
    });
  }
  const { listeners, stop, latest } = known;
  // An own function each time, so that the same listener may be given twice.
  const own: Listener = (line) => listener(line);
  listeners.add(own);
  if (latest !== undefined) own(latest);
  return () => {
    listeners.delete(own);
    if (listeners.size > 0 || watched.get(slideId)?.stop !== stop) return;
    watched.delete(slideId);
    stop.abort(new Error('nobody wants to know'));
  };
}
