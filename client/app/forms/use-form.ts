import { type SubmitEvent, useState } from 'react';
import type { z } from 'zod';
import { RequestError } from '../../api/request-error.ts';

export interface FormState<Values extends Readonly<Record<string, unknown>>> {
  readonly values: Values;
  readonly set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  /** Whether the field was refused, by the schema on submit or by the server. */
  readonly isInvalid: (name: keyof Values & string) => boolean;
  readonly submit: (event: SubmitEvent) => void;
}

interface FormOptions<Schema extends z.ZodType> {
  /** The endpoint's own body schema, so that the page refuses what the server would refuse. */
  readonly schema: Schema;
  readonly initial: Readonly<Record<string, unknown>> & z.input<Schema>;
  readonly onSubmit: (body: z.output<Schema>) => void;
  /** The failure of the last attempt: its field issues are shown at the fields. */
  readonly error?: unknown;
}

function fieldsOf(error: unknown): readonly string[] {
  return error instanceof RequestError ? error.issues.map((issue) => issue.path) : [];
}

/** Plain state for a form of a few fields: nothing is refused before the first submit. */
export function useForm<Schema extends z.ZodType<Readonly<Record<string, unknown>>>>(
  options: FormOptions<Schema>,
): FormState<z.input<Schema> & Readonly<Record<string, unknown>>> {
  const { schema, initial, onSubmit, error } = options;
  const [values, setValues] = useState(initial);
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const parsed = schema.safeParse(values);
  const refused = parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]));
  const invalid = new Set([...(wasSubmitted ? refused : []), ...fieldsOf(error)]);
  return {
    values,
    set: (name, value) => setValues((before) => ({ ...before, [name]: value })),
    isInvalid: (name) => invalid.has(name),
    submit: (event) => {
      event.preventDefault();
      setWasSubmitted(true);
      if (parsed.success) onSubmit(parsed.data);
    },
  };
}
