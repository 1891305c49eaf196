import { useEffect, useState } from 'react';
import type { SlideDetail } from '../../../shared/slide/slide.ts';

const AGAIN_MS = 2000;

/** An address that changes only to be asked again. */
function tryNumber(url: string, attempt: number): string {
  return attempt === 0 ? url : `${url}#${attempt}`;
}

/** The thumbnail of a slide that may not have arrived: asked for again until it comes. */
export function useArrivingPicture(slide: SlideDetail, url: string): string {
  const [attempt, setAttempt] = useState(0);
  const isArriving = slide.status.kind === 'arriving';
  useEffect(() => {
    if (!isArriving) return undefined;
    const picture = new Image();
    let timer: ReturnType<typeof setTimeout> | undefined;
    picture.onerror = () => {
      timer = setTimeout(() => setAttempt((now) => now + 1), AGAIN_MS);
    };
    picture.src = tryNumber(url, attempt);
    return () => {
      picture.onerror = null;
      clearTimeout(timer);
    };
  }, [isArriving, url, attempt]);
  return tryNumber(url, attempt);
}
