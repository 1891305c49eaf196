import { type Chord, keyCapsOf } from './chord.ts';

export function KeyCaps({ chord }: { readonly chord: Chord }) {
  return (
    <span className="hotkey-chord">
      {keyCapsOf(chord).map((cap) => (
        <kbd key={cap} className="ui-key">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
