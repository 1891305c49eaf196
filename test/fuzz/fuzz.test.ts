import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/errors/app-error.ts';
import { openSlide } from '../../shared/slide-format/open-slide.ts';
import { exerciseSlide, findHotRanges, slideFiles } from './exercise.ts';
import { mutateSeed } from './mutate.ts';
import { randomOf } from './random.ts';
import { makeSeeds } from './seeds.ts';

/** The long run is `npm run fuzz`; its cases continue where these end. */
const CASES = 5_000;

describe('damaged and hostile files', () => {
  test('of 5,000 mutated slides each opens or is refused by a named error', async () => {
    const seeds = await makeSeeds();
    const hot = await Promise.all(seeds.map(findHotRanges));
    const outcomes = new Map<string, number>();
    for (let index = 0; index < CASES; index++) {
      const chosen = index % seeds.length;
      const mutated = mutateSeed(
        seeds[chosen] ?? { name: '', files: [] },
        hot[chosen] ?? [],
        randomOf(index),
      );
      const outcome = await exerciseSlide(slideFiles(mutated)).catch((error: unknown) => {
        throw new Error(`case ${index} (${mutated.name})`, { cause: error });
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // The mutations reach every kind of answer, not only the first check.
    for (const outcome of [
      'pyramid',
      'flat',
      'format.damaged',
      'format.truncated',
      'format.unknown',
    ]) {
      expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(10);
    }
  });

  test('every good seed is understood or refused for what it is', async () => {
    for (const seed of await makeSeeds()) {
      const result: unknown = await openSlide(slideFiles(seed)).catch((error: unknown) => error);
      const isRefused = result instanceof AppError;
      expect(isRefused, seed.name).toBe(
        ['slide.czi', 'slide.isyntax', 'slide.svs'].includes(seed.name),
      );
    }
  });
});
