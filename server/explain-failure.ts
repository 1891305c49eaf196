import { prettifyError, ZodError } from 'zod';
import { AppError, describeError } from '../shared/errors/app-error.ts';

/** A failure at start, in the words of its code, or as it is. */
export function explainFailure(cause: unknown): string {
  if (cause instanceof ZodError) {
    return `✗ 环境变量有误  The environment does not fit\n${prettifyError(cause)}`;
  }
  if (!(cause instanceof AppError))
    return cause instanceof Error ? (cause.stack ?? '') : String(cause);
  const zh = describeError(cause.code, cause.fields, 'zh');
  const en = describeError(cause.code, cause.fields, 'en');
  return `✗ ${zh.what}${zh.next}\n  ${en.what} ${en.next}`;
}
