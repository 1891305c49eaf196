import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../server/storage/database.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../server/storage/embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Socket that starts the PostgreSQL of this run when it is first asked, and answers its URLs. */
    postgresBroker: string;
  }
}

/** The answer of the broker: databases are copies of `farscope`, made through `administration`. */
export interface TestPostgres {
  readonly owner: string;
  readonly administration: string;
}

async function startTemplate(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    maxConnections: 200,
  });
  const database = await openDatabase({ connection: postgres.connection, log: () => undefined });
  // A template may have no open connections.
  await database.close();
  return postgres;
}

/**
 * One real PostgreSQL for all tests of a run, brought up only when a test asks for a database: runs that
 * need none pay nothing.
 */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'farscope-vitest-'));
  let started: Promise<EmbeddedPostgres> | undefined;
  const answer = async (socket: Socket): Promise<void> => {
    try {
      started ??= startTemplate(join(folder, 'data'));
      const { connection, administration } = await started;
      socket.end(JSON.stringify({ owner: connection.url, administration: administration.url }));
    } catch (cause) {
      socket.end(JSON.stringify({ failure: String(cause) }));
    }
  };
  const broker = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void answer(socket);
  });
  const path = join(folder, 'broker');
  broker.listen(path);
  broker.unref();
  project.provide('postgresBroker', path);
  return async () => {
    broker.close();
    await (await started)?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
