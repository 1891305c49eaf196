import { sql, type Kysely } from 'kysely';

const TABLES = `
create table rescans (
  id uuid primary key,
  slide_id uuid not null references slides on delete cascade,
  hospital_id uuid not null references hospitals,
  box jsonb,
  reason text not null,
  words text check (length(words) <= 500),
  view jsonb not null,
  asked_by uuid not null references accounts,
  asked_at timestamptz not null default now(),
  state text not null default 'asked'
    check (state in ('asked', 'will-rescan', 'done', 'cannot', 'withdrawn')),
  state_at timestamptz,
  answered_by uuid references accounts,
  answer_words text check (length(answer_words) <= 500),
  replaced_by uuid references slides on delete set null
);
create index rescans_slide on rescans (slide_id, asked_at desc);
create index rescans_open on rescans (hospital_id, asked_at desc)
  where state in ('asked', 'will-rescan');
create table slide_looks (
  slide_id uuid not null references slides on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (slide_id, account_id)
);
`;

const ALL = '(select scope_sees_all())';
const SEEN_SLIDE = 'exists (select 1 from slides where slides.id = slide_id)';

/**
 * Asked by who may see the slide, answered by its hospital, taken back by who asked. When somebody last looked
 * is told to the one who uploaded the slide alone.
 */
const WALL = `
alter table rescans enable row level security;
alter table slide_looks enable row level security;
create policy seen on rescans for select using (${ALL} or ${SEEN_SLIDE});
create policy asked on rescans for insert with check (
  ${ALL} or (asked_by = (select scope_account()) and exists (
    select 1 from slides where slides.id = slide_id and slides.hospital_id = rescans.hospital_id)));
create policy answered on rescans for update using (
  ${ALL} or hospital_id = (select scope_hospital()) or asked_by = (select scope_account()));
create policy seen on slide_looks for select using (${ALL} or exists (
  select 1 from slides where slides.id = slide_id and slides.uploaded_by = (select scope_account())));
create policy noted on slide_looks for insert with check (${ALL});
create policy changed on slide_looks for update using (${ALL});
grant select, insert, update on rescans, slide_looks to farscope_app;
`;

/** Who asked, who answered and who looked have a name on the other side too. */
const NAMED = `
create or replace function account_is_named_here(account uuid) returns boolean
  language sql stable security definer set search_path = public as $$
    select exists (
      select 1 from slides where uploaded_by = account
        and (hospital_id = scope_hospital() or id in (select slides_lent_here()))
    ) or exists (
      select 1 from calibrations join slides on slides.id = slide_id where account_id = account
        and (hospital_id = scope_hospital() or slide_id in (select slides_lent_here()))
    ) or exists (
      select 1 from slide_shares join slides on slides.id = slide_id where granted_by = account
        and (slides.hospital_id = scope_hospital() or slide_id in (select slides_lent_here()))
    ) or exists (
      select 1 from rescans where (asked_by = account or answered_by = account)
        and (hospital_id = scope_hospital() or slide_id in (select slides_lent_here()))
    ) or exists (
      select 1 from slide_looks join slides on slides.id = slide_id where account_id = account
        and slides.uploaded_by = scope_account()
    )
  $$;
create index rescans_asked_by on rescans (asked_by);
create index rescans_answered_by on rescans (answered_by) where answered_by is not null;
create index slide_looks_account on slide_looks (account_id);
`;

/** Requests to scan a slide again, and when somebody last looked at one. */
export const rescansAndLooks = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statements of [TABLES, WALL, NAMED]) await sql.raw(statements).execute(db);
  },
};
