import { keyCapsOf } from '../../app/hotkeys/chord.ts';
import { useBoundActions } from '../../app/hotkeys/hotkeys.ts';

/** The keys in force for an action, for a tooltip: 'viewer.fit' → '0'. Empty when it has none. */
export function useKeyHint(actionId: string): string {
  const bound = useBoundActions().find((one) => one.action.id === actionId);
  const chord = bound?.chords[0];
  return chord === undefined ? '' : keyCapsOf(chord).join(' + ');
}
