import type { BoundAction, HotkeyScope } from './binding.ts';
import { chordOf, isModifierOnly, isSingleCharacter } from './chord.ts';
import type { HotkeyRegistry } from './hotkey-registry.ts';

const TEXT_INPUTS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';
const NOT_TEXT = 'input[type="checkbox"], input[type="radio"], input[type="button"]';
/** Inside these, arrows and letters already mean something. */
const OWN_KEYS = '[role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]';

function isTaken(event: KeyboardEvent): boolean {
  // keyCode 229: the input method is at work though the browser does not say isComposing (UI Events 7.3.1).
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return true;
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest(OWN_KEYS) !== null) return true;
  return target.closest(TEXT_INPUTS) !== null && target.closest(NOT_TEXT) === null;
}

function isHeard(scope: HotkeyScope, event: KeyboardEvent): boolean {
  if (scope.element === undefined) return true;
  const element = scope.element();
  const target = event.target;
  if (element === null || !(target instanceof Node)) return false;
  return target === element.ownerDocument.body || element.contains(target);
}

/** What a key press means now; a screen's own binding goes before the whole app's. */
export function findAction(registry: HotkeyRegistry, event: KeyboardEvent): BoundAction | null {
  if (isModifierOnly(event.code) || isTaken(event)) return null;
  const chord = chordOf(event);
  if (!registry.settings().singleKeys && isSingleCharacter(chord)) return null;
  const matching = registry
    .snapshot()
    .filter((one) => one.chords.includes(chord) && isHeard(one.scope, event));
  return matching.find((one) => one.scope.id !== 'app') ?? matching[0] ?? null;
}

/** Runs what the keys mean. Returns the disposer of its listeners. */
export function listenForHotkeys(registry: HotkeyRegistry, target: Window): () => void {
  const held = new Map<string, BoundAction>();

  function press(event: KeyboardEvent): void {
    const hit = findAction(registry, event);
    if (hit === null) return;
    event.preventDefault();
    if (event.repeat && hit.action.repeats !== true) return;
    if (hit.action.release !== undefined) held.set(event.code, hit);
    hit.action.run(event);
  }

  function letGo(event: KeyboardEvent): void {
    const hit = held.get(event.code);
    held.delete(event.code);
    hit?.action.release?.();
  }

  function letGoAll(): void {
    for (const hit of held.values()) hit.action.release?.();
    held.clear();
  }

  target.addEventListener('keydown', press);
  target.addEventListener('keyup', letGo);
  target.addEventListener('blur', letGoAll);
  return () => {
    letGoAll();
    target.removeEventListener('keydown', press);
    target.removeEventListener('keyup', letGo);
    target.removeEventListener('blur', letGoAll);
  };
}
