import { AppError, type ErrorCode, type ErrorFields } from '../../shared/errors/app-error.ts';

export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** A call that failed, with what the reader may quote to an administrator. */
export class RequestError extends AppError {
  /** null when no reply came. */
  readonly requestId: string | null;
  /** For 'request.invalid': which fields. */
  readonly issues: readonly FieldIssue[];

  constructor(
    code: ErrorCode,
    message: string,
    about: {
      readonly fields?: ErrorFields;
      readonly requestId?: string | null;
      readonly issues?: readonly FieldIssue[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, { cause: about.cause, fields: about.fields ?? {} });
    this.name = 'RequestError';
    this.requestId = about.requestId ?? null;
    this.issues = about.issues ?? [];
  }
}

export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof AppError && error.code === code;
}
