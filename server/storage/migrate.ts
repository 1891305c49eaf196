import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { AppError } from '../../shared/errors/app-error.ts';
import { inTurn } from './in-turn.ts';
import { foundation } from './migrations/0001-foundation.ts';
import { rowLevelSecurity } from './migrations/0002-row-level-security.ts';
import { uploadRecognition } from './migrations/0003-upload-recognition.ts';
import { accessTokens } from './migrations/0004-access-tokens.ts';
import { guessCounts } from './migrations/0005-guess-counts.ts';
import { rescansAndLooks } from './migrations/0006-rescans-and-looks.ts';
import { dicomStudies } from './migrations/0007-dicom-studies.ts';
import type { Tables } from './schema.ts';

/** In the order of their names. A migration that has been released is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-row-level-security': rowLevelSecurity,
  '0003-upload-recognition': uploadRecognition,
  '0004-access-tokens': accessTokens,
  '0005-guess-counts': guessCounts,
  '0006-rescans-and-looks': rescansAndLooks,
  '0007-dicom-studies': dicomStudies,
};

/** SQLSTATE insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Makes the unprivileged role that all queries run under. Roles belong to the whole cluster, so another
 * database may have made it, or be making it now.
 */
async function prepareApplicationRole(kysely: Kysely<Tables>): Promise<void> {
  try {
    await sql`
      do $$ begin
        if not exists (select 1 from pg_roles where rolname = 'farscope_app') then
          create role farscope_app nologin nosuperuser nobypassrls;
        end if;
      exception when duplicate_object or unique_violation then null;
      end $$`.execute(kysely);
    // Since PostgreSQL 16 its maker may grant the role, but may not yet set it.
    await sql`
      do $$ begin
        set local role farscope_app;
        reset role;
      exception when insufficient_privilege then
        execute format('grant farscope_app to %I', current_user);
      end $$`.execute(kysely);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw cause;
    const { rows } = await sql<{ user: string }>`select current_user as "user"`.execute(kysely);
    throw new AppError('storage.role-missing', 'may not create farscope_app', {
      cause,
      fields: { user: rows[0]?.user ?? '' },
    });
  }
}

/**
 * Brings the database to the newest schema. Of several processes that start at once, one migrates and the others
 * wait.
 * @throws AppError 'storage.migration-failed', 'storage.role-missing'
 */
export async function migrate(kysely: Kysely<Tables>, log: (line: string) => void): Promise<void> {
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  const known = await migrator.getMigrations();
  if (known.length > 0 && known.every((migration) => migration.executedAt !== undefined)) return;
  const { error, results = [] } = await inTurn(kysely, async () => {
    await prepareApplicationRole(kysely);
    return await migrator.migrateToLatest();
  });
  for (const { migrationName, status } of results) {
    if (status === 'Success') log(`database upgraded: ${migrationName}`);
  }
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName ?? 'lock';
    throw new AppError('storage.migration-failed', `migration ${failed} failed`, {
      cause: error,
      fields: { migration: failed },
    });
  }
}
