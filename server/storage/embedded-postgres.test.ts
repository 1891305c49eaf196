import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { findPostgresBinaries, hydrateSymlinks } from './postgres/binaries.ts';
import { commandAs } from './postgres/identity.ts';
import { findRunningPostmaster, isPostmasterOf } from './postgres/postmaster-pid.ts';

const isRoot = process.getuid?.() === 0;
let folder: string;
const lines: string[] = [];
const log = (line: string) => lines.push(line);
const start = (name: string, identity?: 'nobody' | 'namespace' | 'copy') =>
  startEmbeddedPostgres({
    dataDir: join(folder, name),
    log,
    ...(identity === undefined ? {} : { identity }),
  });

async function ask(postgres: EmbeddedPostgres, question: string): Promise<string> {
  const client = new Client({ connectionString: postgres.connection.url });
  await client.connect();
  try {
    const reply = await client.query<{ answer: string }>(`select ${question} as answer`);
    return reply.rows[0]?.answer ?? '';
  } finally {
    await client.end();
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an embedded PostgreSQL', () => {
  test('keeps its promises on disk, listens nowhere but in a private folder, and comes back', async () => {
    const first = await start('life');
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums']) {
      expect(await ask(first, `current_setting('${setting}')`), setting).toBe('on');
    }
    expect(await ask(first, "current_setting('listen_addresses')")).toBe('');
    const socket = decodeURIComponent(new URL(first.connection.url.replace('@/', '@x/')).search);
    const socketFolder = socket.replace('?host=', '');
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(first.folder, 'cluster')).mode & 0o777).toBe(0o700);
    expect(await ask(first, "current_setting('is_superuser')")).toBe('off');
    await first.stop();
    expect(isPostmasterOf(first.pid(), join(first.folder, 'cluster'))).toBe(false);
    const second = await start('life');
    expect(await ask(second, "'here'")).toBe('here');
    await second.stop();
  });

  test('refuses a second server on its folder, and lets one in after the first has stopped', async () => {
    const first = await start('life');
    await expect(start('life')).rejects.toMatchObject({ code: 'storage.data-in-use' });
    await first.stop();
    await (await start('life')).stop();
  });

  test('is not fooled by a pid file whose number now belongs to another program', async () => {
    const cluster = join(folder, 'life', 'postgres', 'cluster');
    writeFileSync(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n5432\n/tmp\n`);
    expect(findRunningPostmaster(cluster)).toBeUndefined();
    writeFileSync(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n5432\n/tmp\n`);
    const postgres = await start('life');
    expect(await ask(postgres, "'up'")).toBe('up');
    expect(process.pid).not.toBe(postgres.pid());
    await postgres.stop();
  });

  test('refuses a database that another major version made, and does not touch it', async () => {
    const cluster = join(folder, 'older', 'postgres', 'cluster');
    mkdirSync(cluster, { recursive: true });
    writeFileSync(join(cluster, 'PG_VERSION'), '12\n');
    await expect(start('older')).rejects.toMatchObject({
      code: 'storage.postgres-version',
      fields: { found: 12, installed: findPostgresBinaries().major },
    });
    expect(readFileSync(join(cluster, 'PG_VERSION'), 'utf8')).toBe('12\n');
  });

  test('clears away a cluster that was half made', async () => {
    const half = join(folder, 'half', 'postgres', 'cluster.init-dead');
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, 'PG_VERSION'), '18\n');
    const postgres = await start('half');
    expect(() => statSync(half)).toThrow(/ENOENT/);
    await postgres.stop();
  });

  test('fits its socket into a short path however deep its folder lies', async () => {
    const postgres = await start(join('deep', 'x'.repeat(60), 'y'.repeat(60)));
    expect(await ask(postgres, "'reached'")).toBe('reached');
    await postgres.stop();
  });

  test('says what the log says when it cannot come up', async () => {
    const damaged = await start('damaged');
    await damaged.stop();
    rmSync(join(damaged.folder, 'cluster', 'global'), { recursive: true });
    await expect(start('damaged')).rejects.toMatchObject({
      code: 'storage.postgres-failed',
      message: expect.stringContaining('global') as unknown,
    });
  });
});

describe('who PostgreSQL runs as', () => {
  const copied = `/var/lib/farscope/postgresql-${findPostgresBinaries().major}`;
  const copiedBefore = existsSync(copied);
  afterAll(() => {
    if (!copiedBefore) rmSync(copied, { recursive: true, force: true });
  });
  const ways = isRoot ? (['nobody', 'namespace', 'copy'] as const) : ([undefined] as const);
  // In a user namespace root keeps its number on the outside, and files stay root's.
  const owners = { nobody: 65534, copy: 65534, namespace: 0, itself: process.getuid?.() ?? -1 };
  test.each(ways)('it runs as an ordinary user by way of %s', async (way) => {
    const postgres = await start(`as-${way ?? 'itself'}`, way);
    const status = readFileSync(`/proc/${postgres.pid()}/status`, 'utf8');
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    const owner = statSync(join(postgres.folder, 'cluster')).uid;
    expect([uid, owner]).toEqual([owners[way ?? 'itself'], owners[way ?? 'itself']]);
    expect(postgres.folder.startsWith(folder)).toBe(way !== 'copy');
    expect(await ask(postgres, "'mine'")).toBe('mine');
    await postgres.stop();
  });

  test('a database stays with the way that made it, whatever the machine would choose now', async () => {
    for (const way of ways) {
      const postgres = await start(`as-${way ?? 'itself'}`);
      const owner = statSync(join(postgres.folder, 'cluster')).uid;
      expect(owner).toBe(owners[way ?? 'itself']);
      expect(postgres.folder.startsWith(folder)).toBe(way !== 'copy');
      await postgres.stop();
      if (way === 'copy') rmSync(postgres.folder, { recursive: true });
    }
  });

  test('the namespace is entered by unshare, the others by a user id', () => {
    expect(commandAs({ kind: 'namespace' }, 'postgres', ['-D', 'x'])).toEqual({
      command: 'unshare',
      parameters: ['-U', 'postgres', '-D', 'x'],
      options: {},
    });
    const nobody = { kind: 'nobody', uid: 65534, gid: 65534 } as const;
    expect(commandAs(nobody, 'postgres', []).options).toEqual({ uid: 65534, gid: 65534 });
    expect(commandAs({ kind: 'direct' }, 'postgres', []).options).toEqual({});
  });
});

test('links that npm could not carry are made once, and found again', () => {
  const root = join(folder, 'package');
  mkdirSync(join(root, 'native', 'lib'), { recursive: true });
  writeFileSync(join(root, 'native', 'lib', 'libx.so.1.2'), 'library');
  const entries = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }];
  writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(entries));
  hydrateSymlinks(root);
  hydrateSymlinks(root);
  expect(readFileSync(join(root, 'native', 'lib', 'libx.so.1'), 'utf8')).toBe('library');
});
