import { accessErrors } from './codes/access.ts';
import { clientErrors } from './codes/client.ts';
import { httpErrors } from './codes/http.ts';
import { interopErrors } from './codes/interop.ts';
import { liveErrors } from './codes/live.ts';
import { rescanErrors } from './codes/rescan.ts';
import { slideErrors } from './codes/slide.ts';
import { slideFormatErrors } from './codes/slide-format.ts';
import { storageErrors } from './codes/storage.ts';
import { uploadErrors } from './codes/upload.ts';
import type { ErrorWords } from './error-words.ts';

/** Every code that a reader can meet. A code without its words in both languages does not compile. */
export const ERRORS = {
  ...httpErrors,
  ...accessErrors,
  ...clientErrors,
  ...slideErrors,
  ...slideFormatErrors,
  ...uploadErrors,
  ...storageErrors,
  ...interopErrors,
  ...liveErrors,
  ...rescanErrors,
} as const;

export type ErrorCode = keyof typeof ERRORS;
/** Values that fill the {placeholders} of the words. Never patient data: they reach logs. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | null>>;

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly fields?: ErrorFields;
}

/** An expected kind of failure that has a name. `message` is for logs, the words are for people. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: ErrorFields;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields ?? {};
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

function fill(words: string, fields: ErrorFields): string {
  return words.replace(/\{(\w+)\}/g, (whole, key: string) => String(fields[key] ?? whole));
}

export interface ReaderSentence {
  readonly what: string;
  readonly next: string;
}

/** The sentence for the reader: what happened and what to do next. */
export function describeError(
  code: ErrorCode,
  fields: ErrorFields,
  language: 'zh' | 'en',
): ReaderSentence {
  const words: ErrorWords = ERRORS[code];
  return language === 'zh'
    ? { what: fill(words.zh, fields), next: fill(words.nextZh, fields) }
    : { what: fill(words.en, fields), next: fill(words.nextEn, fields) };
}
