import type { ColumnType } from 'kysely';

/**
 * JSON text on its way into a jsonb column. Branded, because pg turns a JavaScript array into a PostgreSQL
 * array and not into JSON: a jsonb column only takes what went through `toJsonColumn`.
 */
export type JsonText<T> = string & { readonly __json?: T };

/** A jsonb column: read as T, written as JSON text. */
export type JsonColumn<T> = ColumnType<T, JsonText<T>, JsonText<T>>;

export function toJsonColumn<T>(value: T): JsonText<T> {
  return JSON.stringify(value);
}
