import { basename, join } from 'node:path';
import { makeDemoSlides, type DemoSlide } from '../../fixtures/make-demo.ts';

/** What the process is asked to make. */
export interface MakeOrder {
  readonly outDir: string;
  readonly small: boolean;
}

export interface MadeSlide extends Pick<DemoSlide, 'nameZh' | 'nameEn' | 'stain'> {
  readonly files: readonly { readonly path: string; readonly at: string }[];
}

export type FromMaker =
  /** `done` from 0 to 1. */
  | { readonly kind: 'progress'; readonly done: number; readonly fileName: string }
  | { readonly kind: 'made'; readonly slides: readonly MadeSlide[] };

function tell(message: FromMaker): void {
  process.send?.(message);
}

function describeMade(outDir: string, slide: DemoSlide): MadeSlide {
  const { nameZh, nameEn, stain, fileNames } = slide;
  const files = fileNames.map((name) => ({ path: basename(name), at: join(outDir, name) }));
  return { nameZh, nameEn, stain, files };
}

async function make({ outDir, small }: MakeOrder): Promise<void> {
  const onProgress = ({ done, fileName }: { done: number; fileName: string }) =>
    tell({ kind: 'progress', done, fileName });
  const slides = await makeDemoSlides({ outDir, small, onProgress });
  tell({ kind: 'made', slides: slides.map((slide) => describeMade(outDir, slide)) });
  process.disconnect();
}

process.once('message', (order: MakeOrder) => void make(order));
// The server is gone: nobody waits for the slides any more.
process.once('disconnect', () => process.exit());
