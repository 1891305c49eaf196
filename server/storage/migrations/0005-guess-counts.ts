import { sql, type Kysely } from 'kysely';

/**
 * How often something secret was guessed, counted for all processes together. Keys are digests: people type passwords
 * into the field for the name. Not in the write-ahead log: a count that is lost in a crash is begun again.
 */
const TABLE = `
create unlogged table guess_counts (
  key bytea primary key check (octet_length(key) = 32),
  guesses integer not null,
  ends_at timestamptz not null
);
create index guess_counts_ends on guess_counts (ends_at);
alter table guess_counts enable row level security;
create policy counted on guess_counts for all
  using ((select scope_role()) = 'system') with check ((select scope_role()) = 'system');
grant select, insert, update, delete on guess_counts to farscope_app;
`;

export const guessCounts = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(TABLE).execute(db);
  },
};
