import type { ReactElement } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { Icon } from './icons/icon.tsx';
import type { IconName } from './icons/icon-paths.ts';
import './popover.css';

export type MenuEntry =
  | {
      readonly kind: 'action';
      readonly id: string;
      readonly text: string;
      readonly icon?: IconName;
      readonly hint?: string;
      readonly isDangerous?: boolean;
      readonly isDisabled?: boolean;
      readonly onAction: () => void;
    }
  | { readonly kind: 'separator'; readonly id: string };

export interface MenuProps {
  readonly label: string;
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly placement?: 'bottom start' | 'bottom end' | 'top start' | 'right top';
}

function renderEntry(entry: MenuEntry) {
  if (entry.kind === 'separator') return <Separator key={entry.id} className="ui-separator" />;
  return (
    <MenuItem
      key={entry.id}
      id={entry.id}
      textValue={entry.text}
      className="ui-list-item"
      data-look={entry.isDangerous === true ? 'danger' : 'normal'}
      isDisabled={entry.isDisabled ?? false}
      onAction={entry.onAction}
    >
      {entry.icon === undefined ? null : <Icon name={entry.icon} />}
      <span className="ui-list-item-text">{entry.text}</span>
      {entry.hint === undefined ? null : <kbd className="ui-list-item-hint">{entry.hint}</kbd>}
    </MenuItem>
  );
}

export function Menu({ label, trigger, entries, placement = 'bottom end' }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="ui-popover" placement={placement} offset={4}>
        <AriaMenu className="ui-list" aria-label={label}>
          {entries.map(renderEntry)}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
