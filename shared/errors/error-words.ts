/** What a reader is told when something fails: what happened, and what to do next, in both languages. */
export interface ErrorWords {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
  readonly nextZh: string;
  readonly nextEn: string;
}

/** Keeps the literal keys of a table of codes and checks that every code has all its words. */
export function defineErrors<const Table extends Record<string, ErrorWords>>(table: Table): Table {
  return table;
}
