import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../shared/errors/app-error.ts';
import type { ErrorWords } from '../../shared/errors/error-words.ts';

const HAN = /\p{Script=Han}/u;

/** Placeholders of a sentence; {hintZh} and {hintEn} are one field in two languages. */
function placeholdersOf(words: string): string[] {
  return [...words.matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name.replace(/(Zh|En)$/, ''))
    .toSorted();
}

const withoutPlaceholders = (words: string): string => words.replace(/\{\w+\}/g, '');

describe.each(Object.entries<ErrorWords>(ERRORS))('the words of %s', (code, words) => {
  test('say in both languages what happened and what to do next', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(words.status).toBeGreaterThanOrEqual(400);
    expect(words.status).toBeLessThan(600);
    for (const text of [words.zh, words.nextZh]) {
      expect(text.trim()).not.toBe('');
      const rest = withoutPlaceholders(text).trim();
      expect(rest === '' || HAN.test(rest), text).toBe(true);
    }
    for (const text of [words.en, words.nextEn]) {
      expect(text.trim()).not.toBe('');
      expect(HAN.test(text), text).toBe(false);
    }
  });

  test('carry the same fields in both languages', () => {
    expect(placeholdersOf(words.zh)).toEqual(placeholdersOf(words.en));
    expect(placeholdersOf(words.nextZh)).toEqual(placeholdersOf(words.nextEn));
  });
});
