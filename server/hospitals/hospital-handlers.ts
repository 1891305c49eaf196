import type { Hospital } from '../../shared/account/account.ts';
import type { Actor, Resource } from '../../shared/access/can.ts';
import { AppError } from '../../shared/errors/app-error.ts';
import { HospitalId } from '../../shared/ids.ts';
import type { RecordAudit } from '../deps.ts';
import type { Handlers } from '../http/handler.ts';
import { inScope, SYSTEM, type Database, type DatabaseTransaction } from '../storage/database.ts';
import type { Row } from '../storage/schema.ts';

export interface HospitalDeps {
  readonly database: Database;
  readonly recordAudit: RecordAudit;
  /**
   * Holds the administrators who can sign in, and refuses when none would be left without this hospital.
   * @throws AppError 'access.last-administrator'
   */
  readonly keepAnAdministrator: (
    transaction: DatabaseTransaction,
    without: HospitalId,
  ) => Promise<void>;
  /** The sign-ins of a disabled hospital end at once. */
  readonly dropSignIns: () => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

type HospitalName = Extract<keyof Handlers, `hospital.${string}`>;

interface HospitalChange {
  readonly nameZh?: string | undefined;
  readonly nameEn?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** SQLSTATE unique_violation. */
const UNIQUE_VIOLATION = '23505';

function toHospital(row: Row<'hospitals'>): Hospital {
  return {
    id: row.id,
    code: row.code,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

async function insertHospital(
  transaction: DatabaseTransaction,
  values: Pick<Row<'hospitals'>, 'id' | 'code' | 'name_zh' | 'name_en'>,
): Promise<Hospital> {
  try {
    const row = await transaction
      .insertInto('hospitals')
      .values(values)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toHospital(row);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== UNIQUE_VIOLATION) throw cause;
    throw new AppError('access.hospital-code-taken', 'the code is taken', { cause });
  }
}

async function updateHospital(
  deps: HospitalDeps,
  actor: Actor,
  id: HospitalId,
  change: HospitalChange,
): Promise<Hospital> {
  return await inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
    if (change.disabled === true) await deps.keepAnAdministrator(transaction, id);
    const columns = {
      ...(change.nameZh === undefined ? {} : { name_zh: change.nameZh }),
      ...(change.nameEn === undefined ? {} : { name_en: change.nameEn }),
      ...(change.disabled === undefined
        ? {}
        : { disabled_at: change.disabled ? new Date(deps.now()) : null }),
    };
    if (Object.keys(columns).length > 0) {
      await transaction.updateTable('hospitals').set(columns).where('id', '=', id).execute();
    }
    await deps.recordAudit(transaction, {
      action: 'hospital.update',
      subject: `hospital:${id}`,
      accountId: actor.accountId,
      hospitalId: id,
      detail: change.disabled === undefined ? {} : { disabled: change.disabled },
    });
    const row = await transaction
      .selectFrom('hospitals')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return toHospital(row);
  });
}

export function hospitalHandlers(deps: HospitalDeps): Pick<Handlers, HospitalName> {
  return {
    'hospital.list': ({ actor }) =>
      inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
        const rows = await transaction
          .selectFrom('hospitals')
          .selectAll()
          .orderBy('created_at')
          .orderBy('code')
          .execute();
        return rows.map(toHospital);
      }),
    'hospital.create': ({ actor, body }) =>
      inScope(deps.database, { kind: 'actor', actor }, async (transaction) => {
        const id = HospitalId.parse(deps.newId());
        const { code, nameZh, nameEn } = body;
        const hospital = await insertHospital(transaction, {
          id,
          code,
          name_zh: nameZh,
          name_en: nameEn,
        });
        await deps.recordAudit(transaction, {
          action: 'hospital.create',
          subject: `hospital:${id}`,
          accountId: actor.accountId,
          hospitalId: id,
        });
        return hospital;
      }),
    'hospital.update': async ({ actor, params, body }) => {
      const hospital = await updateHospital(deps, actor, params.hospitalId, body);
      if (body.disabled === true) deps.dropSignIns();
      return hospital;
    },
  };
}

/** What can() needs to know of a hospital. */
export async function loadHospitalResource(
  { database }: Pick<HospitalDeps, 'database'>,
  id: HospitalId,
): Promise<Extract<Resource, { kind: 'hospital' }> | undefined> {
  const row = await inScope(database, SYSTEM, (transaction) =>
    transaction.selectFrom('hospitals').select('id').where('id', '=', id).executeTakeFirst(),
  );
  return row === undefined ? undefined : { kind: 'hospital', hospitalId: row.id };
}
