import { findSlides, hasUnfinishedSign, type LocalSlide } from './local-slide.ts';

export interface SettledNeeds {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long nothing of a slide may have changed. */
  readonly settleMs: number;
}

/** Tells which slides of a folder their scanner has finished. Ask it again and again. */
export interface SettledSlides {
  look(folder: string): Promise<LocalSlide[]>;
}

interface Seen {
  readonly shape: string;
  readonly sinceMs: number;
}

function identity({ folder, name }: LocalSlide): string {
  return `${folder}\n${name}`;
}

/**
 * A slide has settled when for so long no file of it changed its size or date, none was added (a DICOM series
 * grows by files), and no lock or part file lies beside it. Watched by looking, not by notices: folders of
 * scanners are network shares, where notices are lost.
 */
export function createSettledSlides({ now, settleMs }: SettledNeeds): SettledSlides {
  let seen = new Map<string, Seen>();
  return {
    look: async (folder) => {
      const next = new Map<string, Seen>();
      const settled: LocalSlide[] = [];
      for (const slide of await findSlides([folder])) {
        const key = identity(slide);
        const shape = JSON.stringify(slide.files);
        const before = seen.get(key);
        const isSame = before?.shape === shape && !(await hasUnfinishedSign(slide));
        const sinceMs = isSame ? before.sinceMs : now();
        next.set(key, { shape, sinceMs });
        if (isSame && now() - sinceMs >= settleMs) settled.push(slide);
      }
      seen = next;
      return settled;
    },
  };
}
