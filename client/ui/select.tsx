import { Button } from 'react-aria-components/Button';
import { FieldError } from 'react-aria-components/FieldError';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { classNames } from './class-names.ts';
import './field.css';
import { Icon } from './icons/icon.tsx';
import './popover.css';
import './select.css';

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly text: string;
  readonly hint?: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps<Value extends string> {
  readonly label: string;
  /** Leaves the label to the screen reader alone. */
  readonly hideLabel?: boolean;
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly options: readonly SelectOption<Value>[];
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
  readonly className?: string;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hideLabel = false, value, onChange, options, placeholder, error } = props;
  const choose = (key: unknown) => {
    const option = options.find((one) => one.value === key);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <AriaSelect
      className={classNames('ui-select', props.className)}
      value={value}
      onChange={choose}
      placeholder={placeholder ?? ''}
      isDisabled={props.isDisabled ?? false}
      isInvalid={error !== undefined}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      {hideLabel ? null : <Label className="ui-label">{label}</Label>}
      <Button className="ui-select-button">
        <SelectValue className="ui-select-value">
          {({ selectedText, isPlaceholder, defaultChildren }) =>
            isPlaceholder ? defaultChildren : selectedText
          }
        </SelectValue>
        <Icon name="chevron-down" />
      </Button>
      <FieldError className="ui-field-error">{error}</FieldError>
      {/* A long list that covered its own button would take the end of the click for a choice. */}
      <Popover className="ui-popover ui-select-popover" offset={4} maxHeight={240}>
        <ListBox className="ui-list">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.text}
              isDisabled={option.isDisabled ?? false}
              className="ui-list-item"
            >
              <span className="ui-list-item-text">{option.text}</span>
              {option.hint === undefined ? null : (
                <span className="ui-list-item-hint">{option.hint}</span>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
