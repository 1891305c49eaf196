import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useLanguage, useWords } from '../i18n.ts';
import { type BoundAction, findConflict } from './binding.ts';
import { type Chord, keyCapsOf } from './chord.ts';
import { hotkeyWords } from './hotkey-words.ts';
import { changeBinding } from './hotkeys.ts';
import { KeyCaps } from './key-caps.tsx';
import { useRecordedChord } from './record-chord.ts';

type Editing =
  | { readonly kind: 'none' }
  | { readonly kind: 'recording' }
  | { readonly kind: 'conflict'; readonly chord: Chord; readonly other: BoundAction };

interface RowProps {
  readonly bound: BoundAction;
  readonly all: readonly BoundAction[];
}

function CurrentKeys({ bound, all }: RowProps) {
  const t = useWords(hotkeyWords);
  const language = useLanguage();
  const nameOf = (id: string) =>
    all.find((one) => one.action.id === id)?.action.label[language] ?? id;
  return (
    <span className="hotkey-keys">
      {bound.chords.map((chord) => (
        <KeyCaps key={chord} chord={chord} />
      ))}
      {bound.chords.length === 0 && bound.lost.length === 0 ? (
        <span className="hotkey-none">{t('none')}</span>
      ) : null}
      {bound.lost.map(({ chord, to }) => (
        <span key={chord} className="hotkey-lost">
          {t('lost', { keys: keyCapsOf(chord).join(' + '), other: nameOf(to) })}
        </span>
      ))}
    </span>
  );
}

interface ConflictProps {
  readonly editing: Extract<Editing, { kind: 'conflict' }>;
  readonly onDecide: (takeOver: boolean) => void;
}

function ConflictQuestion({ editing, onDecide }: ConflictProps) {
  const t = useWords(hotkeyWords);
  const language = useLanguage();
  const keys = keyCapsOf(editing.chord).join(' + ');
  return (
    <span className="hotkey-conflict" role="alert">
      {t('conflict', { keys, other: editing.other.action.label[language] })}
      <Button size="small" look="primary" ref={focusOnMount} onPress={() => onDecide(true)}>
        {t('takeOver')}
      </Button>
      <Button size="small" onPress={() => onDecide(false)}>
        {t('keepOther')}
      </Button>
    </span>
  );
}

function RowButtons({ bound, onChange }: { readonly bound: BoundAction; onChange: () => void }) {
  const t = useWords(hotkeyWords);
  const language = useLanguage();
  const action = bound.action.label[language];
  return (
    <span className="hotkey-buttons">
      <IconButton icon="edit" size="small" label={t('change', { action })} onPress={onChange} />
      <IconButton
        icon="close"
        size="small"
        label={t('clear', { action })}
        isDisabled={bound.chords.length === 0}
        onPress={() => changeBinding(bound.action.id, [])}
      />
      <IconButton
        icon="restore"
        size="small"
        label={t('restore', { action })}
        isDisabled={!bound.changed}
        onPress={() => changeBinding(bound.action.id, null)}
      />
    </span>
  );
}

export function HotkeyRow({ bound, all }: RowProps) {
  const t = useWords(hotkeyWords);
  const language = useLanguage();
  const [editing, setEditing] = useState<Editing>({ kind: 'none' });
  const id = bound.action.id;
  useRecordedChord(editing.kind === 'recording', (chord) => {
    const other = chord === null ? null : findConflict(all, id, chord);
    if (chord !== null && other !== null) {
      setEditing({ kind: 'conflict', chord, other });
      return;
    }
    if (chord !== null) changeBinding(id, [chord]);
    setEditing({ kind: 'none' });
  });
  const decide = (takeOver: boolean) => {
    if (takeOver && editing.kind === 'conflict') changeBinding(id, [editing.chord]);
    setEditing({ kind: 'none' });
  };
  return (
    <li className="hotkey-row">
      <span className="hotkey-name">{bound.action.label[language]}</span>
      {editing.kind === 'none' ? <CurrentKeys bound={bound} all={all} /> : null}
      {editing.kind === 'recording' ? <output className="hotkey-press">{t('press')}</output> : null}
      {editing.kind === 'conflict' ? (
        <ConflictQuestion editing={editing} onDecide={decide} />
      ) : (
        <RowButtons bound={bound} onChange={() => setEditing({ kind: 'recording' })} />
      )}
    </li>
  );
}
