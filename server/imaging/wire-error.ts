import { AppError, isErrorCode } from '../../shared/errors/app-error.ts';
import type { WireError } from './decode-protocol.ts';

/** An error as it travels between processes: its name survives, its stack does not. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { code: error.code, message: error.message + cause, fields: error.fields };
  }
  return {
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    fields: {},
  };
}

export function fromWireError({ code, message, fields }: WireError): Error {
  return isErrorCode(code) ? new AppError(code, message, { fields }) : new Error(message);
}
