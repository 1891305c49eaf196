import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { groupSlideFiles } from '../../api/upload/group-slide-files.ts';
import { previewLocalSlide } from '../../api/upload/preview-local-slide.ts';
import type { LocalFile, LocalPreview, LocalSlide } from '../../api/upload/upload-item.ts';

/** A slide that was chosen and not yet sent. `preview` is null while the browser reads the file. */
export interface StagedSlide {
  readonly key: string;
  readonly slide: LocalSlide;
  readonly preview: LocalPreview | null;
  /** A file that will not open is sent only when the technician insists: the original is kept. */
  readonly sendAnyway: boolean;
}

export interface Staging {
  readonly staged: readonly StagedSlide[];
  readonly ignored: readonly string[];
  readonly isReading: boolean;
  readonly error: unknown;
  add(files: Promise<readonly LocalFile[]> | readonly LocalFile[]): Promise<void>;
  rename(key: string, name: string): void;
  insist(key: string, sendAnyway: boolean): void;
  remove(key: string): void;
  clear(): void;
}

export function mayBeSent({ preview, sendAnyway }: StagedSlide): boolean {
  return preview !== null && (preview.kind !== 'refused' || sendAnyway);
}

function disposePreview({ preview }: StagedSlide): void {
  if (preview?.kind === 'opens' || preview?.kind === 'flat') preview.dispose();
}

function keyOf({ name, files, bytes }: LocalSlide): string {
  return [name, bytes, ...files.map(({ path, file }) => `${path} ${file.lastModified}`)].join('|');
}

/** Keeps what was chosen and reads a preview of each, one after the other, on this computer. */
export function useStagedSlides(): Staging {
  const [staged, setStaged] = useState<readonly StagedSlide[]>([]);
  const [ignored, setIgnored] = useState<readonly string[]>([]);
  const [reading, setReading] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const newest = useRef(staged);
  useLayoutEffect(() => {
    newest.current = staged;
  });
  useEffect(() => () => newest.current.forEach(disposePreview), []);

  const change = useCallback((key: string, part: Partial<StagedSlide>) => {
    setStaged((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  }, []);

  const add = useCallback(
    async (chosen: Promise<readonly LocalFile[]> | readonly LocalFile[]) => {
      setReading((count) => count + 1);
      setError(null);
      try {
        const grouped = await groupSlideFiles(await chosen);
        setIgnored(grouped.ignored);
        const known = new Set(newest.current.map(({ key }) => key));
        const added = grouped.slides
          .map((slide) => ({ key: keyOf(slide), slide, preview: null, sendAnyway: false }))
          .filter(({ key }) => !known.has(key));
        setStaged((all) => [...all, ...added]);
        for (const { key, slide } of added) {
          change(key, { preview: await previewLocalSlide(slide) });
        }
      } catch (cause) {
        setError(cause);
      } finally {
        setReading((count) => count - 1);
      }
    },
    [change],
  );

  const drop = (leaves: (one: StagedSlide) => boolean) => {
    newest.current.filter(leaves).forEach(disposePreview);
    setStaged((all) => all.filter((one) => !leaves(one)));
  };
  return {
    staged,
    ignored,
    isReading: reading > 0,
    error,
    add,
    rename: (key, name) =>
      setStaged((all) =>
        all.map((one) => (one.key === key ? { ...one, slide: { ...one.slide, name } } : one)),
      ),
    insist: (key, sendAnyway) => change(key, { sendAnyway }),
    remove: (key) => drop((one) => one.key === key),
    clear: () => {
      drop(() => true);
      setIgnored([]);
    },
  };
}
