import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chordOf, isSingleCharacter, keyCapsOf, resolveMod } from './chord.ts';

const press = (code: string, held: readonly string[] = []) => ({
  code,
  ctrlKey: held.includes('Ctrl'),
  altKey: held.includes('Alt'),
  shiftKey: held.includes('Shift'),
  metaKey: held.includes('Meta'),
});

test('a chord is the physical key with its modifiers in one order, whatever the layout types', () => {
  expect(chordOf(press('KeyZ', ['Shift', 'Ctrl']))).toBe('Ctrl+Shift+KeyZ');
  expect(chordOf(press('ArrowLeft'))).toBe('ArrowLeft');
});

test('key caps are what is printed on the keys', () => {
  expect(keyCapsOf('Ctrl+Shift+KeyZ')).toEqual(['Ctrl', 'Shift', 'Z']);
  expect(keyCapsOf('Shift+Slash')).toEqual(['?']);
  expect(keyCapsOf('Digit1')).toEqual(['1']);
  expect(keyCapsOf('NumpadAdd')).toEqual(['Num +']);
  expect(keyCapsOf('ArrowLeft')).toEqual(['←']);
});

test('Mod is Ctrl, and the command key on a Mac', () => {
  expect(resolveMod('Mod+KeyK', false)).toBe('Ctrl+KeyK');
  expect(resolveMod('Mod+KeyK', true)).toBe('Meta+KeyK');
  expect(resolveMod('KeyK', true)).toBe('KeyK');
});

test('a character alone or with Shift is a single key; arrows, F keys and Ctrl chords are not', () => {
  expect(isSingleCharacter('KeyG')).toBe(true);
  expect(isSingleCharacter('Shift+Slash')).toBe(true);
  expect(isSingleCharacter('Ctrl+KeyG')).toBe(false);
  expect(isSingleCharacter('ArrowUp')).toBe(false);
  expect(isSingleCharacter('F2')).toBe(false);
});

test('every combination of modifiers makes a chord of its own', () => {
  const modifiers = fc.subarray(['Ctrl', 'Alt', 'Shift', 'Meta']);
  fc.assert(
    fc.property(modifiers, modifiers, (one, other) => {
      const same = one.toSorted().join() === other.toSorted().join();
      return (chordOf(press('KeyA', one)) === chordOf(press('KeyA', other))) === same;
    }),
  );
});
