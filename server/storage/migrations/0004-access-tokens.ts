import { sql, type Kysely } from 'kysely';

const TABLE = `
create table access_tokens (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  name text not null,
  purpose text not null check (purpose in ('upload', 'read')),
  hint text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index access_tokens_account on access_tokens (account_id, created_at desc);
`;

/** Like sign-ins: the own ones, and for who manages accounts those of the own hospital. */
const WALL = `
alter table access_tokens enable row level security;
create policy seen on access_tokens for select using (
  (select scope_sees_all()) or account_id = (select scope_account()) or account_is_own(account_id));
create policy made on access_tokens for insert
  with check ((select scope_sees_all()) or account_id = (select scope_account()));
create policy revoked on access_tokens for update using (
  (select scope_sees_all()) or account_id = (select scope_account()) or account_is_own(account_id));
grant select, insert, update on access_tokens to farscope_app;
`;

/** Tokens for programs. Revoked ones stay: an audit event names them. */
export const accessTokens = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(TABLE).execute(db);
    await sql.raw(WALL).execute(db);
  },
};
