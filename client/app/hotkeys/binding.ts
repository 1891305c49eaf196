import type { Bilingual } from '../i18n.ts';
import type { Chord } from './chord.ts';

/** Where keys mean something: the whole app ('app') or one screen or pane while it is shown. */
export interface HotkeyScope {
  /** Stable, for example 'viewer'. */
  readonly id: string;
  readonly label: Bilingual;
  /** Heard only while the focus is inside this element or nowhere; absent: anywhere on the screen. */
  readonly element?: () => HTMLElement | null;
}

export interface HotkeyAction {
  /** Stable and unique, 'viewer.fit': the reader's own bindings are stored under it. */
  readonly id: string;
  readonly label: Bilingual;
  /** Default chords; none for an action that only the reader's own binding reaches. */
  readonly keys: readonly Chord[];
  readonly run: (event: KeyboardEvent) => void;
  /** For keys that act while held: called when the key is let go or the window loses the focus. */
  readonly release?: () => void;
  /** Whether holding the key down repeats it (panning). */
  readonly repeats?: boolean;
  /** A heading inside the scope in the overlay. */
  readonly group?: Bilingual;
}

export interface ScopedAction {
  readonly scope: HotkeyScope;
  readonly action: HotkeyAction;
}

export type OwnBindings = Readonly<Record<string, readonly Chord[]>>;

export interface BoundAction extends ScopedAction {
  readonly chords: readonly Chord[];
  readonly changed: boolean;
  /** Default chords that something else has taken, with the id of what took them. */
  readonly lost: readonly { readonly chord: Chord; readonly to: string }[];
}

/** Two scopes meet when a key could mean both at once: the same scope, or one of them the whole app. */
export function scopesMeet(a: string, b: string): boolean {
  return a === b || a === 'app' || b === 'app';
}

function holderOf(taken: readonly BoundAction[], scopeId: string, chord: Chord): string | null {
  const holder = taken.find(
    (bound) => scopesMeet(bound.scope.id, scopeId) && bound.chords.includes(chord),
  );
  return holder?.action.id ?? null;
}

function bindAction(
  taken: readonly BoundAction[],
  item: ScopedAction,
  own: OwnBindings,
): BoundAction {
  const wanted = own[item.action.id] ?? item.action.keys;
  const lost = wanted.flatMap((chord) => {
    const to = holderOf(taken, item.scope.id, chord);
    return to === null ? [] : [{ chord, to }];
  });
  const chords = wanted.filter((chord) => lost.every((one) => one.chord !== chord));
  return { ...item, chords, lost, changed: own[item.action.id] !== undefined };
}

/**
 * Gives every action its chords. The reader's own bindings are served first, so they win over defaults;
 * among equals the one that registered first keeps the key. What was lost is said, never dropped in silence.
 */
export function bindActions(
  items: readonly ScopedAction[],
  own: OwnBindings,
): readonly BoundAction[] {
  const ordered = [
    ...items.filter((item) => own[item.action.id] !== undefined),
    ...items.filter((item) => own[item.action.id] === undefined),
  ];
  const bound: BoundAction[] = [];
  for (const item of ordered) bound.push(bindAction(bound, item, own));
  return items.flatMap((item) => bound.filter((one) => one.action === item.action));
}

/** Who already has a chord that `actionId` would like. */
export function findConflict(
  bound: readonly BoundAction[],
  actionId: string,
  chord: Chord,
): BoundAction | null {
  const mine = bound.find((one) => one.action.id === actionId);
  if (mine === undefined) return null;
  return (
    bound.find(
      (one) =>
        one.action.id !== actionId &&
        scopesMeet(one.scope.id, mine.scope.id) &&
        one.chords.includes(chord),
    ) ?? null
  );
}
