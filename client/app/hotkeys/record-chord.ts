import { useEffect, useRef } from 'react';
import { type Chord, chordOf, isModifierOnly } from './chord.ts';

/** While `isRecording`, the next chord goes to `onChord` and to nobody else; Escape alone gives null. */
export function useRecordedChord(
  isRecording: boolean,
  onChord: (chord: Chord | null) => void,
): void {
  const newest = useRef(onChord);
  useEffect(() => {
    newest.current = onChord;
  });
  useEffect(() => {
    if (!isRecording) return undefined;
    const record = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.isComposing || isModifierOnly(event.code)) return;
      const chord = chordOf(event);
      newest.current(chord === 'Escape' ? null : chord);
    };
    window.addEventListener('keydown', record, { capture: true });
    return () => window.removeEventListener('keydown', record, { capture: true });
  }, [isRecording]);
}
