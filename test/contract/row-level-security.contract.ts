import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../shared/account/account.ts';
import {
  AccountId,
  HospitalId,
  RescanId,
  ShareId,
  SlideId,
  TokenId,
  UploadId,
} from '../../shared/ids.ts';
import {
  inScope,
  sql,
  SYSTEM,
  type ActorScope,
  type Database,
  type DatabaseTransaction,
} from '../../server/storage/database.ts';
import { toJsonColumn } from '../../server/storage/json-column.ts';

const TABLES = [
  'accounts',
  'sessions',
  'access_tokens',
  'slides',
  'slide_shares',
  'calibrations',
  'uploads',
  'upload_chunks',
  'rescans',
  'slide_looks',
  'audit_events',
] as const;

interface Side {
  readonly hospital: HospitalId;
  readonly account: AccountId;
  readonly slide: SlideId;
  readonly upload: UploadId;
}

function newSide(): Side {
  return {
    hospital: HospitalId.parse(randomUUID()),
    account: AccountId.parse(randomUUID()),
    slide: SlideId.parse(randomUUID()),
    upload: UploadId.parse(randomUUID()),
  };
}

function actorOf(side: Side, role: Role = 'technician'): ActorScope {
  return {
    kind: 'actor',
    actor: { accountId: side.account, hospitalId: side.hospital, role },
  };
}

async function insertPeople(trx: DatabaseTransaction, side: Side, code: string): Promise<void> {
  await trx
    .insertInto('hospitals')
    .values({ id: side.hospital, code, name_zh: '医院', name_en: 'Hospital' })
    .execute();
  const account = {
    id: side.account,
    username: `technician-${code}`,
    display_name: 'Technician',
    role: 'technician',
    hospital_id: side.hospital,
    password_hash: 'hash',
  } as const;
  await trx.insertInto('accounts').values(account).execute();
  await trx
    .insertInto('sessions')
    .values({
      token_hash: new Uint8Array(32).fill(code.charCodeAt(0)),
      account_id: side.account,
      expires_at: new Date('2100-01-01'),
    })
    .execute();
  await trx
    .insertInto('access_tokens')
    .values({
      id: TokenId.parse(randomUUID()),
      account_id: side.account,
      token_hash: new Uint8Array(32).fill(code.charCodeAt(0)),
      name: 'the scanner',
      purpose: 'upload',
      hint: 'abcd',
      expires_at: new Date('2100-01-01'),
    })
    .execute();
}

async function insertSlide(trx: DatabaseTransaction, side: Side): Promise<void> {
  await trx
    .insertInto('slides')
    .values({
      id: side.slide,
      hospital_id: side.hospital,
      name: 'a slide',
      status: toJsonColumn({ kind: 'ready' }),
      uploaded_by: side.account,
    })
    .execute();
  await trx
    .insertInto('calibrations')
    .values({
      id: randomUUID(),
      slide_id: side.slide,
      mpp_x: 0.25,
      mpp_y: 0.25,
      reason: 'stage micrometer',
      account_id: side.account,
    })
    .execute();
  await trx
    .insertInto('rescans')
    .values({
      id: RescanId.parse(randomUUID()),
      slide_id: side.slide,
      hospital_id: side.hospital,
      box: null,
      reason: 'out-of-focus',
      words: null,
      view: toJsonColumn({ x: 0, y: 0, pxPerScreenPx: 1, rotation: 0, flip: false }),
      asked_by: side.account,
      state_at: null,
      answered_by: null,
      answer_words: null,
      replaced_by: null,
    })
    .execute();
  const now = new Date();
  await trx
    .insertInto('slide_looks')
    .values({ slide_id: side.slide, account_id: side.account, first_at: now, last_at: now })
    .execute();
  await trx
    .insertInto('audit_events')
    .values({
      account_id: side.account,
      hospital_id: side.hospital,
      action: 'slide.view',
      subject: side.slide,
    })
    .execute();
}

async function insertUpload(trx: DatabaseTransaction, side: Side): Promise<void> {
  await trx
    .insertInto('uploads')
    .values({
      id: side.upload,
      hospital_id: side.hospital,
      account_id: side.account,
      name: 'slide.svs',
      state: 'arriving',
      chunk_bytes: 1 << 20,
      total_bytes: 5_000_000_000,
      chunk_count: 4769,
      files: toJsonColumn([{ path: 'slide.svs', bytes: 5_000_000_000, lastModified: 0 }]),
      fingerprint: 'f',
    })
    .execute();
  await trx
    .insertInto('upload_chunks')
    .values({ upload_id: side.upload, chunk_index: 0, sha256: new Uint8Array(32) })
    .execute();
}

/** The second wall between hospitals, on whatever PostgreSQL `open` gives. */
export function describeRowLevelSecurity(
  name: string,
  open: () => Promise<{ database: Database; dispose(): Promise<void> }>,
): void {
  let fixture: Awaited<ReturnType<typeof open>>;
  const a = newSide();
  const b = newSide();
  const run = <Result>(
    scope: ActorScope,
    work: (trx: DatabaseTransaction) => Promise<Result>,
  ): Promise<Result> => inScope(fixture.database, scope, work);

  const countIn = async (trx: DatabaseTransaction, table: string): Promise<number> =>
    (await sql.raw(`select * from ${table}`).execute(trx)).rows.length;

  const share = (side: Side, to: Side, times: { expires?: Date; revoked?: Date } = {}) => ({
    id: ShareId.parse(randomUUID()),
    slide_id: side.slide,
    hospital_id: to.hospital,
    granted_by: side.account,
    expires_at: times.expires ?? null,
    revoked_at: times.revoked ?? null,
  });

  beforeAll(async () => {
    fixture = await open();
    for (const [side, code] of [
      [a, 'a'],
      [b, 'b'],
    ] as const) {
      await run(SYSTEM, async (trx) => {
        await insertPeople(trx, side, code);
        await insertSlide(trx, side);
        await insertUpload(trx, side);
      });
    }
  });
  afterAll(() => fixture.dispose());

  describe(`the wall between hospitals: ${name}`, () => {
    test.each(TABLES)('select * from %s shows only the own hospital', async (table) => {
      const expected = table === 'slide_shares' ? 0 : 1;
      expect(await run(actorOf(a), (trx) => countIn(trx, table))).toBe(expected);
      expect(await run(actorOf(b), (trx) => countIn(trx, table))).toBe(expected);
      expect(await run(SYSTEM, (trx) => countIn(trx, table))).toBe(expected * 2);
      expect(await run(actorOf(a, 'administrator'), (trx) => countIn(trx, table))).toBe(
        expected * 2,
      );
    });

    test.each(TABLES)('without a scope %s is empty', async (table) => {
      const rows = await fixture.database.owner.transaction().execute(async (trx) => {
        await sql`set local role farscope_app`.execute(trx);
        return await countIn(trx, table);
      });
      expect(rows).toBe(0);
    });

    test('rows of the other hospital can be neither changed, removed nor added', async () => {
      const changed = await run(actorOf(a), (trx) =>
        trx
          .updateTable('slides')
          .set({ name: 'mine' })
          .where('id', '=', b.slide)
          .executeTakeFirst(),
      );
      expect(changed.numUpdatedRows).toBe(0n);
      const removed = await run(actorOf(a), (trx) =>
        trx.deleteFrom('uploads').where('id', '=', b.upload).executeTakeFirst(),
      );
      expect(removed.numDeletedRows).toBe(0n);
      const stray = { ...newSide(), hospital: b.hospital, account: a.account };
      await expect(run(actorOf(a), (trx) => insertSlide(trx, stray))).rejects.toThrow(
        /row-level security/,
      );
      await expect(run(actorOf(a), (trx) => insertUpload(trx, stray))).rejects.toThrow(
        /row-level security/,
      );
    });

    test('a slide cannot be moved to the other hospital', async () => {
      const move = run(actorOf(a), (trx) =>
        trx
          .updateTable('slides')
          .set({ hospital_id: b.hospital })
          .where('id', '=', a.slide)
          .execute(),
      );
      await expect(move).rejects.toThrow(/row-level security/);
    });
  });

  describe(`a slide that is lent: ${name}`, () => {
    const seenBy = async (scope: ActorScope): Promise<string[]> => {
      const rows = await run(scope, (trx) => trx.selectFrom('slides').select('id').execute());
      return rows.map(({ id }) => id);
    };
    const withShares = async (shares: ReturnType<typeof share>[]): Promise<string[]> => {
      await run(SYSTEM, (trx) => trx.insertInto('slide_shares').values(shares).execute());
      const seen = await seenBy(actorOf(b));
      await run(SYSTEM, (trx) =>
        trx.updateTable('slide_shares').set({ revoked_at: new Date() }).execute(),
      );
      return seen;
    };

    test('is seen by the hospital that it is lent to, until revoked or expired', async () => {
      expect(await withShares([share(a, b)])).toContain(a.slide);
      expect(await withShares([share(a, b, { expires: new Date('2100-01-01') })])).toContain(
        a.slide,
      );
      expect(await withShares([share(a, b, { expires: new Date('2020-01-01') })])).toEqual([
        b.slide,
      ]);
      expect(await withShares([share(a, b, { revoked: new Date('2020-01-01') })])).toEqual([
        b.slide,
      ]);
      expect(await seenBy(actorOf(b))).toEqual([b.slide]);
    });

    test('is asked to be scanned again by it, in the own name only, and its looks are not shown to it', async () => {
      await run(SYSTEM, (trx) => trx.insertInto('slide_shares').values(share(a, b)).execute());
      const asked = (by: AccountId, hospital: HospitalId) => (trx: DatabaseTransaction) =>
        trx
          .insertInto('rescans')
          .values({
            id: RescanId.parse(randomUUID()),
            slide_id: a.slide,
            hospital_id: hospital,
            box: null,
            reason: 'out-of-focus',
            words: null,
            view: toJsonColumn({ x: 0, y: 0, pxPerScreenPx: 1, rotation: 0, flip: false }),
            asked_by: by,
            state_at: null,
            answered_by: null,
            answer_words: null,
            replaced_by: null,
          })
          .execute();
      await run(actorOf(b), asked(b.account, a.hospital));
      for (const wrong of [asked(a.account, a.hospital), asked(b.account, b.hospital)]) {
        await expect(run(actorOf(b), wrong)).rejects.toThrow(/row-level security/);
      }
      expect(await run(actorOf(b), (trx) => countIn(trx, 'slide_looks'))).toBe(1);
      const asker = await run(actorOf(a), (trx) =>
        trx.selectFrom('accounts').select('id').where('id', '=', b.account).execute(),
      );
      expect(asker).toEqual([{ id: b.account }]);
      await run(SYSTEM, (trx) =>
        trx.updateTable('slide_shares').set({ revoked_at: new Date() }).execute(),
      );
      expect(await run(actorOf(b), (trx) => countIn(trx, 'rescans'))).toBe(1);
    });

    test('is read-only for it, and so are its shares and its calibration', async () => {
      await run(SYSTEM, (trx) => trx.insertInto('slide_shares').values(share(a, b)).execute());
      const result = await run(actorOf(b), (trx) =>
        trx.updateTable('slides').set({ name: 'x' }).where('id', '=', a.slide).executeTakeFirst(),
      );
      expect(result.numUpdatedRows).toBe(0n);
      await expect(
        run(actorOf(b), (trx) => trx.insertInto('slide_shares').values(share(a, b)).execute()),
      ).rejects.toThrow(/row-level security/);
      const uploader = await run(actorOf(b), (trx) =>
        trx.selectFrom('accounts').select('display_name').where('id', '=', a.account).execute(),
      );
      expect(uploader).toEqual([{ display_name: 'Technician' }]);
    });
  });

  describe(`the role that all queries run under: ${name}`, () => {
    test('cannot make an administrator from within a hospital', async () => {
      const rise = run(actorOf(a, 'hospital-administrator'), (trx) =>
        trx
          .updateTable('accounts')
          .set({ role: 'administrator' })
          .where('id', '=', a.account)
          .execute(),
      );
      await expect(rise).rejects.toThrow(/row-level security/);
    });

    test.each([
      ['alter table slides disable row level security', /must be owner/],
      ['drop policy seen on slides', /must be owner/],
      ['alter role farscope_app bypassrls', /permission denied|must be superuser/],
      ['set local row_security = off; select * from slides', /would be affected/],
      ["update audit_events set action = 'nothing'", /permission denied/],
      ['delete from audit_events', /permission denied/],
      ['truncate slides', /permission denied/],
      ['update calibrations set mpp_x = 1', /permission denied/],
      ['create table mine (id int)', /permission denied/],
      ['select * from pg_authid', /permission denied/],
    ])('is refused: %s', async (statement, words) => {
      await expect(run(actorOf(a), (trx) => sql.raw(statement).execute(trx))).rejects.toThrow(
        words,
      );
    });

    test('owns nothing and may not bypass the policies', async () => {
      const { rows } = await run(SYSTEM, (trx) =>
        sql<{ rolsuper: boolean; rolbypassrls: boolean; rolcanlogin: boolean; owned: number }>`
          select rolsuper, rolbypassrls, rolcanlogin,
            (select count(*) from pg_class where relowner = pg_roles.oid) as owned
          from pg_roles where rolname = 'farscope_app'`.execute(trx),
      );
      expect(rows).toEqual([
        { rolsuper: false, rolbypassrls: false, rolcanlogin: false, owned: 0 },
      ]);
    });

    test('meets a policy on every table', async () => {
      const { rows } = await run(SYSTEM, (trx) =>
        sql<{ relname: string }>`select relname from pg_class
          where relkind = 'r' and relnamespace = 'public'::regnamespace
            and not relrowsecurity and relname not like 'kysely_%'`.execute(trx),
      );
      expect(rows).toEqual([]);
    });
  });
}
