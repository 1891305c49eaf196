import { useState } from 'react';
import { changePreferences, usePreferences } from '../../state/preferences.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { focusOnMount } from '../../ui/focus-on-mount.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { Switch } from '../../ui/switch.tsx';
import { type Bilingual, type Language, useLanguage, useWords } from '../i18n.ts';
import type { BoundAction } from './binding.ts';
import { keyCapsOf } from './chord.ts';
import './hotkey-overlay.css';
import { HotkeyRow } from './hotkey-row.tsx';
import { hotkeyWords } from './hotkey-words.ts';
import { resetAllBindings, useBoundActions } from './hotkeys.ts';

interface Group {
  readonly key: string;
  readonly title: string;
  readonly rows: readonly BoundAction[];
}

function matches(bound: BoundAction, wanted: string): boolean {
  const names: readonly Bilingual[] = [bound.action.label, bound.scope.label];
  const keys = bound.chords.map((chord) => keyCapsOf(chord).join('+'));
  const text = [...names.flatMap(({ zh, en }) => [zh, en]), ...keys].join('\n').toLowerCase();
  return text.includes(wanted.trim().toLowerCase());
}

function titleOf(bound: BoundAction, language: Language): string {
  const scope = bound.scope.label[language];
  return bound.action.group === undefined ? scope : `${scope} · ${bound.action.group[language]}`;
}

function groupActions(actions: readonly BoundAction[], language: Language): readonly Group[] {
  const titles = [...new Set(actions.map((bound) => titleOf(bound, language)))];
  return titles.map((title) => ({
    key: title,
    title,
    rows: actions.filter((bound) => titleOf(bound, language) === title),
  }));
}

function Tools({ search, onSearch }: { search: string; onSearch: (text: string) => void }) {
  const t = useWords(hotkeyWords);
  const singleKeys = usePreferences((preferences) => preferences.singleKeyHotkeys);
  return (
    <div className="hotkey-tools">
      <SearchField label={t('search')} value={search} onChange={onSearch} ref={focusOnMount} />
      <Switch
        isSelected={singleKeys}
        onChange={(singleKeyHotkeys) => changePreferences({ singleKeyHotkeys })}
      >
        {t('singleKeys')}
      </Switch>
      <p className="hotkey-hint">{t('singleKeysHint')}</p>
    </div>
  );
}

/** All keys of the screens that are open, by scope; here they are looked up and changed. */
export function HotkeyOverlay({ onClose }: { readonly onClose: () => void }) {
  const t = useWords(hotkeyWords);
  const language = useLanguage();
  const all = useBoundActions();
  const [search, setSearch] = useState('');
  const groups = groupActions(
    all.filter((bound) => matches(bound, search)),
    language,
  );
  const footer = (
    <Button icon="restore" className="ui-dialog-footer-start" onPress={resetAllBindings}>
      {t('restoreAll')}
    </Button>
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('title')} size="full" footer={footer}>
      <Tools search={search} onSearch={setSearch} />
      {groups.length === 0 ? (
        <EmptyState icon="keyboard" title={t('nothing')}>
          {t('nothingNext')}
        </EmptyState>
      ) : null}
      <div className="hotkey-scopes">
        {groups.map((group) => (
          <section key={group.key} className="hotkey-group">
            <h3>{group.title}</h3>
            <ul>
              {group.rows.map((bound) => (
                <HotkeyRow key={bound.action.id} bound={bound} all={all} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
