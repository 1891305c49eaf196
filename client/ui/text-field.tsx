import type { ReactNode, Ref } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components/TextField';
import { classNames } from './class-names.ts';
import './field.css';

export interface TextFieldProps
  extends Omit<AriaTextFieldProps, 'children' | 'className' | 'style'> {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Shown under the field and read out; undefined = valid. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly isMultiline?: boolean;
  readonly className?: string;
  readonly ref?: Ref<HTMLInputElement>;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, placeholder, isMultiline = false, className, ref, ...rest } = props;
  return (
    <AriaTextField
      {...rest}
      className={classNames('ui-field', className)}
      isInvalid={error !== undefined || rest.isInvalid === true}
    >
      <Label className="ui-label">{label}</Label>
      {isMultiline ? (
        <TextArea className="ui-textarea" placeholder={placeholder ?? ''} />
      ) : (
        <Input className="ui-input" placeholder={placeholder ?? ''} ref={ref ?? null} />
      )}
      {hint === undefined ? null : (
        <Text slot="description" className="ui-field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="ui-field-error">{error}</FieldError>
    </AriaTextField>
  );
}
