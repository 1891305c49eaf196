import type { LocalPreview, LocalSlide } from '../../api/upload/upload-item.ts';

/** A slide that was chosen and not yet sent. `preview` is null while the browser reads the file. */
export interface StagedSlide {
  readonly key: string;
  readonly slide: LocalSlide;
  readonly preview: LocalPreview | null;
  /** A file that will not open is sent only when the technician insists: the original is kept. */
  readonly sendAnyway: boolean;
}

/** The same files chosen twice are one slide, whatever it was renamed to. */
function keyOf({ files, bytes }: LocalSlide): string {
  const parts = files.map(({ path, file }) => `${path} ${file.size} ${file.lastModified}`);
  return [bytes, ...parts].join('|');
}

export function stageSlide(slide: LocalSlide): StagedSlide {
  return { key: keyOf(slide), slide, preview: null, sendAnyway: false };
}

export function mayBeSent({ slide, preview, sendAnyway }: StagedSlide): boolean {
  if (preview === null || slide.name.trim() === '') return false;
  return preview.kind !== 'refused' || sendAnyway;
}

/** Frees the pictures of a preview that is not shown any more. */
export function disposePreview(preview: LocalPreview | null): void {
  if (preview?.kind === 'opens' || preview?.kind === 'flat') preview.dispose();
}
