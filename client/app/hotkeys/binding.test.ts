import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindActions, findConflict, type ScopedAction, scopesMeet } from './binding.ts';
import type { Chord } from './chord.ts';

const text = { zh: '', en: '' };
const action = (scope: string, id: string, keys: readonly Chord[]): ScopedAction => ({
  scope: { id: scope, label: text },
  action: { id, label: text, keys, run: () => undefined },
});
const chordsOf = (items: readonly ScopedAction[], own = {}) =>
  Object.fromEntries(bindActions(items, own).map((one) => [one.action.id, one.chords]));

test('defaults are served in the order in which they registered, and the loser is told', () => {
  const items = [action('viewer', 'fit', ['KeyF']), action('viewer', 'fill', ['KeyF', 'KeyL'])];
  expect(chordsOf(items)).toEqual({ fit: ['KeyF'], fill: ['KeyL'] });
  expect(bindActions(items, {})[1]?.lost).toEqual([{ chord: 'KeyF', to: 'fit' }]);
});

test("the reader's own binding wins over a default that registered before it", () => {
  const items = [action('viewer', 'fit', ['KeyF']), action('viewer', 'fill', ['KeyL'])];
  expect(chordsOf(items, { fill: ['KeyF'] })).toEqual({ fit: [], fill: ['KeyF'] });
});

test('two screens may give one key two meanings, but not against a key of the whole app', () => {
  const items = [action('slides', 'open', ['KeyO']), action('viewer', 'overlay', ['KeyO'])];
  expect(chordsOf(items)).toEqual({ open: ['KeyO'], overlay: ['KeyO'] });
  const withApp = [action('app', 'help', ['KeyO']), ...items];
  expect(chordsOf(withApp)).toEqual({ help: ['KeyO'], open: [], overlay: [] });
});

test('an action whose keys were all removed keeps none', () => {
  expect(chordsOf([action('viewer', 'fit', ['KeyF'])], { fit: [] })).toEqual({ fit: [] });
});

test('a conflict names who has the key', () => {
  const bound = bindActions(
    [action('viewer', 'fit', ['KeyF']), action('viewer', 'fill', ['KeyL'])],
    {},
  );
  expect(findConflict(bound, 'fill', 'KeyF')?.action.id).toBe('fit');
  expect(findConflict(bound, 'fill', 'KeyL')).toBeNull();
});

test('no chord ever means two things where two scopes meet', () => {
  const chord = fc.constantFrom('KeyA', 'KeyB', 'KeyC');
  const one = fc.record({
    scope: fc.constantFrom('app', 'viewer', 'slides'),
    keys: fc.array(chord),
  });
  const own = fc.dictionary(fc.constantFrom('0', '1', '2', '3'), fc.array(chord));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), own, (wanted, bindings) => {
      const items = wanted.map(({ scope, keys }, index) => action(scope, String(index), keys));
      const bound = bindActions(items, bindings);
      for (const a of bound) {
        for (const b of bound) {
          if (a === b || !scopesMeet(a.scope.id, b.scope.id)) continue;
          expect(a.chords.filter((chordOfA) => b.chords.includes(chordOfA))).toEqual([]);
        }
      }
    }),
  );
});
