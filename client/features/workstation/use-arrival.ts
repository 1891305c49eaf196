import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ArrivalLine } from '../../../shared/api/endpoints/slides.ts';
import type { SlideDetail } from '../../../shared/slide/slide.ts';
import { watchArrival } from '../../api/arrival-watch.ts';
import { keyOf } from '../../api/query.ts';

/** What is there of a slide while it arrives; null: it is not arriving, or nobody has said yet. */
export function useArrival(slide: SlideDetail): ArrivalLine | null {
  const { id } = slide;
  const isArriving = slide.status.kind === 'arriving';
  const [line, setLine] = useState<ArrivalLine | null>(null);
  useEffect(() => {
    if (!isArriving) return undefined;
    const stop = watchArrival(id, setLine);
    return () => {
      stop();
      setLine(null);
    };
  }, [id, isArriving]);
  return line;
}

/** Asks for the slide again at the moment when it can be looked at, and when it has arrived. */
export function useFreshWhileArriving(slide: SlideDetail): void {
  const queries = useQueryClient();
  const line = useArrival(slide);
  const { id: slideId } = slide;
  const isNewlyOpen = line?.isOpen === true && slide.properties === null;
  const isOver = line?.isOver === true;
  useEffect(() => {
    if (!isNewlyOpen && !isOver) return;
    void queries.invalidateQueries({ queryKey: keyOf('slide.get', { params: { slideId } }) });
  }, [queries, slideId, isNewlyOpen, isOver]);
}
