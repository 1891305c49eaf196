import { sql, type Kysely } from 'kysely';

const ROLES =
  "'administrator','hospital-administrator','technician','pathologist','expert','coordinator','teacher','trainee'";

const PEOPLE = `
create table hospitals (
  id uuid primary key,
  code text not null unique,
  name_zh text not null,
  name_en text not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz
);
create table accounts (
  id uuid primary key,
  username text not null,
  display_name text not null,
  role text not null check (role in (${ROLES})),
  hospital_id uuid not null references hospitals,
  password_hash text not null,
  totp_secret text,
  totp_pending_secret text,
  totp_last_step bigint,
  must_change_password boolean not null default false,
  locale text not null default 'zh' check (locale in ('zh', 'en')),
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index accounts_username on accounts (lower(username));
create index accounts_hospital on accounts (hospital_id, created_at desc);
create table sessions (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  account_id uuid not null references accounts on delete cascade,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  user_agent text not null default '',
  address text not null default ''
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);
`;

const SLIDES = `
create table slides (
  id uuid primary key,
  hospital_id uuid not null references hospitals,
  name text not null,
  status jsonb not null,
  revision integer not null default 0,
  properties jsonb,
  original_key text,
  original_bytes bigint not null default 0,
  content_digest text,
  uploaded_by uuid not null references accounts,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  stain text,
  note text
);
create index slides_list on slides (hospital_id, created_at desc, id desc);
create index slides_newest on slides (created_at desc, id desc);
create index slides_digest on slides (hospital_id, content_digest) where content_digest is not null;
create index slides_uploader on slides (uploaded_by);
create table slide_shares (
  id uuid primary key,
  slide_id uuid not null references slides on delete cascade,
  hospital_id uuid not null references hospitals,
  include_label boolean not null default false,
  granted_by uuid not null references accounts,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index slide_shares_slide on slide_shares (slide_id);
create index slide_shares_live on slide_shares (hospital_id, slide_id) where revoked_at is null;
create table calibrations (
  id uuid primary key,
  slide_id uuid not null references slides on delete cascade,
  mpp_x double precision not null check (mpp_x > 0),
  mpp_y double precision not null check (mpp_y > 0),
  reason text not null,
  account_id uuid not null references accounts,
  created_at timestamptz not null default now()
);
create index calibrations_slide on calibrations (slide_id, created_at desc);
create index calibrations_account on calibrations (account_id);
create index slide_shares_granter on slide_shares (granted_by);
`;

const UPLOADS = `
create table uploads (
  id uuid primary key,
  hospital_id uuid not null references hospitals,
  account_id uuid not null references accounts,
  slide_id uuid references slides on delete set null,
  name text not null,
  state text not null,
  chunk_bytes integer not null check (chunk_bytes > 0),
  total_bytes bigint not null check (total_bytes >= 0),
  chunk_count integer not null check (chunk_count > 0),
  files jsonb not null,
  fingerprint text not null,
  content_digest text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  cancelled_at timestamptz
);
create index uploads_list on uploads (hospital_id, created_at desc, id desc);
create index uploads_fingerprint on uploads (account_id, fingerprint);
create index uploads_slide on uploads (slide_id);
create table upload_chunks (
  upload_id uuid not null references uploads on delete cascade,
  chunk_index integer not null check (chunk_index >= 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  received_at timestamptz not null default now(),
  primary key (upload_id, chunk_index)
);
`;

const RECORDS = `
create table audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  account_id uuid,
  hospital_id uuid,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);
create index audit_events_list on audit_events (hospital_id, at desc);
create table settings (
  key text primary key,
  value jsonb not null
);
`;

/** The tables of accounts, slides, uploads and their audit. Who may see which rows: 0002. */
export const foundation = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statements of [PEOPLE, SLIDES, UPLOADS, RECORDS]) {
      await sql.raw(statements).execute(db);
    }
  },
};
