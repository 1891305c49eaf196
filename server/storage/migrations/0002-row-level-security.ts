import { sql, type Kysely } from 'kysely';

/**
 * Who asks, as `inScope` has set it for the transaction. The functions that look across hospitals are
 * `security definer`, so that the policies of slides and of shares do not call each other for ever; they
 * answer only about the hospital that asks.
 */
const WHO_ASKS = `
create function scope_hospital() returns uuid language sql stable as
  $$ select nullif(current_setting('app.hospital_id', true), '')::uuid $$;
create function scope_account() returns uuid language sql stable as
  $$ select nullif(current_setting('app.account_id', true), '')::uuid $$;
create function scope_role() returns text language sql stable as
  $$ select nullif(current_setting('app.role', true), '') $$;
create function scope_sees_all() returns boolean language sql stable as
  $$ select coalesce(current_setting('app.role', true) in ('administrator', 'system'), false) $$;
create function slides_lent_here() returns setof uuid
  language sql stable security definer set search_path = public as $$
    select slide_id from slide_shares
    where hospital_id = scope_hospital() and revoked_at is null
      and (expires_at is null or expires_at > now())
  $$;
create function slide_is_own(slide uuid) returns boolean
  language sql stable security definer set search_path = public as $$
    select exists (select 1 from slides where id = slide and hospital_id = scope_hospital())
  $$;
create function account_is_own(account uuid) returns boolean
  language sql stable security definer set search_path = public as $$
    select exists (select 1 from accounts where id = account and hospital_id = scope_hospital())
  $$;
create function account_is_named_here(account uuid) returns boolean
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
    )
  $$;
`;

/** Initial plans, "(select f())": PostgreSQL asks once for the query, not once for each row. */
const ALL = '(select scope_sees_all())';
const OWN = 'hospital_id = (select scope_hospital())';

const ENABLE = [
  'hospitals',
  'accounts',
  'sessions',
  'slides',
  'slide_shares',
  'calibrations',
  'uploads',
  'upload_chunks',
  'audit_events',
  'settings',
]
  .map((table) => `alter table ${table} enable row level security;`)
  .join('\n');

const PEOPLE = `
create policy seen on hospitals for select using ((select scope_role()) is not null);
create policy written on hospitals for all using (${ALL}) with check (${ALL});
create policy seen on accounts for select using (${ALL} or ${OWN} or account_is_named_here(id));
create policy added on accounts for insert
  with check (${ALL} or (${OWN} and role <> 'administrator'));
create policy changed on accounts for update using (${ALL} or ${OWN})
  with check (${ALL} or (${OWN} and role <> 'administrator'));
create policy seen on sessions for all
  using (${ALL} or account_id = (select scope_account()) or account_is_own(account_id))
  with check (${ALL} or account_id = (select scope_account()));
`;

const SLIDES = `
create policy seen on slides for select
  using (${ALL} or ${OWN} or (deleted_at is null and id in (select slides_lent_here())));
create policy added on slides for insert with check (${ALL} or ${OWN});
create policy changed on slides for update using (${ALL} or ${OWN}) with check (${ALL} or ${OWN});
create policy removed on slides for delete using (${ALL} or ${OWN});
create policy seen on slide_shares for select
  using (${ALL} or ${OWN} or slide_is_own(slide_id));
create policy added on slide_shares for insert with check (${ALL} or slide_is_own(slide_id));
create policy changed on slide_shares for update
  using (${ALL} or slide_is_own(slide_id)) with check (${ALL} or slide_is_own(slide_id));
create policy seen on calibrations for select
  using (${ALL} or exists (select 1 from slides where slides.id = calibrations.slide_id));
create policy added on calibrations for insert with check (${ALL} or slide_is_own(slide_id));
`;

const UPLOADS = `
create policy own on uploads for all using (${ALL} or ${OWN}) with check (${ALL} or ${OWN});
create policy own on upload_chunks for all
  using (${ALL} or exists (select 1 from uploads where uploads.id = upload_chunks.upload_id))
  with check (${ALL} or exists (select 1 from uploads where uploads.id = upload_chunks.upload_id));
create policy seen on audit_events for select using (${ALL} or ${OWN});
create policy added on audit_events for insert with check ((select scope_role()) is not null);
create policy seen on settings for select using ((select scope_role()) is not null);
create policy written on settings for all using (${ALL}) with check (${ALL});
`;

/** The audit is append-only, calibrations are a history, accounts and hospitals are disabled, not removed. */
const GRANTS = `
grant usage on schema public to farscope_app;
grant select, insert, update on hospitals, accounts, slide_shares to farscope_app;
grant select, insert, update, delete on sessions, slides, uploads, upload_chunks, settings
  to farscope_app;
grant select, insert on calibrations, audit_events to farscope_app;
`;

/** The second wall between hospitals, behind `can()`. */
export const rowLevelSecurity = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statements of [WHO_ASKS, ENABLE, PEOPLE, SLIDES, UPLOADS, GRANTS]) {
      await sql.raw(statements).execute(db);
    }
  },
};
