import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { buildServer, type Nouns } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { layFoundation, type Foundation } from '../../server/foundation.ts';
import { inScope, SYSTEM } from '../../server/storage/database.ts';
import { openServerDatabase } from '../../server/storage/server-database.ts';
import { ENDPOINTS } from '../../shared/api/endpoints.ts';
import { AccountId, HospitalId } from '../../shared/ids.ts';
import { TECHNICIAN } from './technician.ts';
import { makeUploadNouns } from './upload-nouns.ts';
import { NOBODY_ELSE } from '../../server/storage/notices.ts';

/** A server process of its own, to be killed: real database, real HTTP, uploads only. */

async function ensureTechnician({ database, passwords }: Foundation): Promise<void> {
  const hash = await passwords.hash(TECHNICIAN.password);
  await inScope(database, SYSTEM, async (transaction) => {
    const found = await transaction.selectFrom('accounts').select('id').executeTakeFirst();
    if (found !== undefined) return;
    const hospitalId = HospitalId.parse(randomUUID());
    await transaction
      .insertInto('hospitals')
      .values({ id: hospitalId, code: 'T', name_zh: '测试医院', name_en: 'Test Hospital' })
      .execute();
    await transaction
      .insertInto('accounts')
      .values({
        id: AccountId.parse(randomUUID()),
        username: TECHNICIAN.username,
        display_name: 'Technician',
        role: 'technician',
        hospital_id: hospitalId,
        password_hash: hash,
      })
      .execute();
  });
}

function onlyUploads(handlers: Partial<Nouns['handlers']>): Nouns['handlers'] {
  const absent = () => Promise.reject(new Error('not part of this server'));
  const slides = Object.keys(ENDPOINTS).filter((name) => /^(slide|interop)\./.test(name));
  const missing = Object.fromEntries(slides.map((name) => [name, absent]));
  return { ...missing, ...handlers } as Nouns['handlers'];
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel });
  const database = await openServerDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    log: (line) => log.info(line),
  });
  const foundation = await layFoundation({ notices: NOBODY_ELSE, config, database, log });
  await ensureTechnician(foundation);
  const nouns = await makeUploadNouns(foundation);
  const server = buildServer(foundation, {
    version: 'test',
    nouns: { resources: nouns.resources, handlers: onlyUploads(nouns.handlers) },
    staticFiles: undefined,
    demoSignIns: () => Promise.resolve([]),
    isStopping: () => false,
  });
  process.on('message', (question) => {
    if (question === 'postmaster') process.send?.({ postmaster: database.embedded?.pid() });
    if (question === 'stop') {
      void server
        .stop(500)
        .then(() => nouns.dispose())
        .then(() => database.close())
        .then(() => process.exit(0));
    }
  });
  process.send?.({ port: await server.listen(config.port, config.host) });
}

if (process.send !== undefined) await main();
