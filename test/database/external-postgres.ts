import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findPostgresBinaries } from '../../server/storage/postgres/binaries.ts';
import { choosePlace, commandAs } from '../../server/storage/postgres/identity.ts';

export interface ExternalPostgres {
  /** As a hospital's database administrator would hand it out: TCP, a password, no superuser. */
  readonly url: string;
  /** As an account that may not make roles, to a database of its own. */
  readonly urlWithoutRights: string;
  /** For example "15" or "18". */
  readonly version: string;
  dispose(): Promise<void>;
}

const DEBIAN_BIN = '/usr/lib/postgresql/15/bin';

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The distribution's older PostgreSQL where it is installed: the more unlike ours the better. */
function externalBinaries() {
  const own = findPostgresBinaries();
  return existsSync(join(DEBIAN_BIN, 'initdb'))
    ? { bin: DEBIAN_BIN, root: '/usr/lib/postgresql/15', major: 15 }
    : own;
}

async function prepareRoles(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.query("create role hospital login createrole password 'hospital-secret'");
      await client.query('create database farscope_external owner hospital');
      await client.query("create role plain login password 'plain-secret'");
      await client.query('create database farscope_plain owner plain');
      return;
    } catch (cause) {
      if (attempt > 200) throw cause;
      await sleep(50);
    } finally {
      await client.end();
    }
  }
}

/** Starts a PostgreSQL that is none of ours, reached by TCP and password like a hospital's own. */
export async function startExternalPostgres(): Promise<ExternalPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'external-pg-'));
  chmodSync(folder, 0o755);
  const place = choosePlace(externalBinaries(), join(folder, 'server'));
  const run = (program: string, parameters: string[]) =>
    commandAs(place.identity, join(place.binaries.bin, program), parameters);
  const password = join(folder, 'password');
  writeFileSync(password, 'admin-secret', { mode: 0o644 });
  const cluster = join(place.folder, 'cluster');
  const access = ['-U', 'admin', `--pwfile=${password}`, '--auth=scram-sha-256'];
  const init = run('initdb', ['-D', cluster, ...access, '--encoding=UTF8', '--locale=C']);
  execFileSync(init.command, init.parameters, { ...init.options, cwd: '/', stdio: 'ignore' });
  const port = await findFreePort();
  const settings = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', ''];
  const start = run('postgres', ['-D', cluster, ...settings]);
  const child = spawn(start.command, start.parameters, {
    ...start.options,
    cwd: '/',
    stdio: 'ignore',
  });
  await prepareRoles(`postgresql://admin:admin-secret@127.0.0.1:${port}/postgres`);
  return {
    url: `postgresql://hospital:hospital-secret@127.0.0.1:${port}/farscope_external`,
    urlWithoutRights: `postgresql://plain:plain-secret@127.0.0.1:${port}/farscope_plain`,
    version: String(place.binaries.major),
    dispose: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
