import { openDatabase, type Database } from './database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';

export interface ServerDatabaseOptions {
  /** An external PostgreSQL; without it one of our own runs in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly log: (line: string) => void;
  readonly maxConnections?: number;
}

export interface ServerDatabase extends Database {
  /** The PostgreSQL of our own, where there is one: for backups and for `/readyz`. */
  readonly embedded: EmbeddedPostgres | undefined;
}

/**
 * The database of a server process: external or embedded, migrated. `close` also stops an embedded one.
 * Worker processes open the same database through `connection.url`.
 * @throws AppError 'storage.*'
 */
export async function openServerDatabase(options: ServerDatabaseOptions): Promise<ServerDatabase> {
  const { databaseUrl, dataDir, log, maxConnections = 12 } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const connection = { url: databaseUrl };
    const database = await openDatabase({ connection, log, maxConnections });
    return { ...database, embedded: undefined };
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log });
  try {
    const database = await openDatabase({ connection: embedded.connection, log, maxConnections });
    const close = async () => {
      await database.close();
      await embedded.stop();
    };
    return { ...database, close, embedded };
  } catch (cause) {
    await embedded.stop();
    throw cause;
  }
}
