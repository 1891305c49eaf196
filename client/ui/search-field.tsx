import type { Ref } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import {
  SearchField as AriaSearchField,
  type SearchFieldProps as AriaSearchFieldProps,
} from 'react-aria-components/SearchField';
import { classNames } from './class-names.ts';
import './field.css';
import { Icon } from './icons/icon.tsx';

export interface SearchFieldProps
  extends Omit<AriaSearchFieldProps, 'children' | 'className' | 'style' | 'aria-label'> {
  readonly label: string;
  readonly placeholder?: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLInputElement>;
}

export function SearchField({ label, placeholder, className, ref, ...rest }: SearchFieldProps) {
  return (
    <AriaSearchField {...rest} aria-label={label} className={classNames('ui-search', className)}>
      <Icon name="search" />
      <Input className="ui-input" placeholder={placeholder ?? label} ref={ref ?? null} />
      <Button className="ui-search-clear">
        <Icon name="close" size={14} />
      </Button>
    </AriaSearchField>
  );
}
