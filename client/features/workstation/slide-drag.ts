import type { DragEvent } from 'react';
import { SlideId } from '../../../shared/ids.ts';

/** A slide dragged from the tray to a pane, within this page. */
const SLIDE_TYPE = 'application/x-farscope-slide';

export function beginSlideDrag(event: DragEvent, slideId: SlideId): void {
  event.dataTransfer.setData(SLIDE_TYPE, slideId);
  event.dataTransfer.effectAllowed = 'copy';
}

export function carriesSlide(event: DragEvent): boolean {
  return event.dataTransfer.types.includes(SLIDE_TYPE);
}

export function droppedSlide(event: DragEvent): SlideId | null {
  const parsed = SlideId.safeParse(event.dataTransfer.getData(SLIDE_TYPE));
  return parsed.success ? parsed.data : null;
}
