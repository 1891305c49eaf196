import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { LocalSlide } from './local-slide.ts';

const State = z.object({
  version: z.literal(1),
  /** By the files' folder, paths, sizes and dates: a file that is written anew is sent anew. */
  sent: z.record(z.string(), z.object({ slideId: z.string(), at: z.iso.datetime() })),
});

/** Which slides were sent, across restarts. What is half-sent the server knows. */
export interface SentSlides {
  has(slide: LocalSlide): boolean;
  add(slide: LocalSlide, slideId: string, atMs: number): Promise<void>;
}

function keyOf({ folder, files }: LocalSlide): string {
  return JSON.stringify([folder, files.map((f) => [f.path, f.bytes, f.lastModified])]);
}

async function readState(path: string): Promise<z.infer<typeof State>> {
  try {
    return State.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, sent: {} };
    throw cause;
  }
}

/** Whole or not at all, whenever the power goes. */
async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

export async function openSentSlides(path: string): Promise<SentSlides> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const state = await readState(path);
  return {
    has: (slide) => state.sent[keyOf(slide)] !== undefined,
    add: async (slide, slideId, atMs) => {
      state.sent[keyOf(slide)] = { slideId, at: new Date(atMs).toISOString() };
      await writeWhole(path, JSON.stringify(state));
    },
  };
}
