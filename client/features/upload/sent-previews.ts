import { disposePreview, type StagedSlide } from './staged-slide.ts';

/**
 * Pictures of slides that were just sent, as this computer drew them: shown until the server has one. Only the
 * newest are kept; each holds a few hundred kilobytes.
 */
const MOST_KEPT = 24;
const kept = new Map<string, StagedSlide['preview']>();

const keyOf = (name: string, bytes: number): string => `${bytes} ${name}`;

export function keepPreviews(sent: readonly StagedSlide[]): void {
  for (const { slide, preview } of sent) {
    const key = keyOf(slide.name.trim(), slide.bytes);
    disposePreview(kept.get(key) ?? null);
    kept.delete(key);
    kept.set(key, preview);
  }
  for (const [key, preview] of kept) {
    if (kept.size <= MOST_KEPT) return;
    disposePreview(preview);
    kept.delete(key);
  }
}

/** An object URL, or null. */
export function sentPicture(name: string, bytes: number): string | null {
  const preview = kept.get(keyOf(name, bytes));
  return preview?.kind === 'opens' || preview?.kind === 'flat' ? preview.thumbnailUrl : null;
}
