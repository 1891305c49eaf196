import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort, startProcess, type OwnProcess } from './own-process.ts';

/** A real S3: Ceph's gateway over one store in memory, from the distribution's packages. */
export interface ObjectServer {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  dispose(): Promise<void>;
}

const COMMAND_TIMEOUT_MS = 90_000;
const ATTEMPTS = 300;

/** One machine, one copy, nothing kept: what a test needs, and nothing of what a hospital does. */
function configuration(folder: string, fsid: string, monitor: number): string {
  const settings = {
    fsid,
    'mon host': `[v2:127.0.0.1:${monitor}]`,
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'mon data avail crit': 1,
    'mon data avail warn': 1,
    'mon allow pool size one': true,
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'osd pool default pg num': 1,
    'osd pool default pgp num': 1,
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': 0,
    'osd objectstore': 'memstore',
    'memstore device bytes': 3 * 2 ** 30,
    'mon data': `${folder}/mon`,
    'osd data': `${folder}/osd`,
    'rgw data': `${folder}/rgw`,
    'run dir': `${folder}/run`,
    'admin socket': `${folder}/run/$name.asok`,
    'pid file': `${folder}/run/$name.pid`,
    'log file': `${folder}/$name.log`,
    keyring: `${folder}/keyring`,
    'rgw run sync thread': false,
    'rgw enable usage log': false,
    'rgw dynamic resharding': false,
    'debug rgw': 0,
    'debug ms': 0,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${String(value)}`);
  return ['[global]', ...lines, ''].join('\n');
}

/** Who may do what; written into the monitor when it is made, so that none has to be asked for later. */
const ENTITIES: Readonly<Record<string, readonly string[]>> = {
  'mon.': ['mon', 'allow *'],
  'client.admin': ['mon', 'allow *', 'osd', 'allow *'],
  'client.rgw': ['mon', 'allow *', 'osd', 'allow *'],
  'osd.0': ['mon', 'allow profile osd', 'osd', 'allow *'],
};

const runFile = promisify(execFile);

function commandsIn(folder: string) {
  const env = { ...process.env, CEPH_CONF: join(folder, 'ceph.conf') };
  const run = async (program: string, ...parameters: string[]): Promise<void> => {
    await runFile(program, parameters, { env, timeout: COMMAND_TIMEOUT_MS });
  };
  const start = (program: string, ...parameters: string[]): OwnProcess =>
    startProcess(program, [...parameters, '-f'], { env, logFile: join(folder, `${program}.out`) });
  return { run, start };
}

async function makeKeys(folder: string, run: (...command: [string, ...string[]]) => Promise<void>) {
  const keyring = join(folder, 'keyring');
  await run('ceph-authtool', '--create-keyring', keyring);
  for (const [name, [...rights]] of Object.entries(ENTITIES)) {
    const caps: string[] = [];
    for (let at = 0; at < rights.length; at += 2) {
      caps.push('--cap', rights[at] ?? '', rights[at + 1] ?? '');
    }
    await run('ceph-authtool', keyring, '--gen-key', '-n', name, ...caps);
  }
}

async function untilAnswers(endpoint: string, gateway: OwnProcess): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS && !gateway.hasEnded(); attempt += 1) {
    try {
      if ((await fetch(endpoint)).ok) return;
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause; // nobody listens yet
    }
    await sleep(200);
  }
  throw new Error('the gateway does not answer');
}

async function bringUp(
  folder: string,
  processes: OwnProcess[],
): Promise<Omit<ObjectServer, 'dispose'>> {
  const { run, start } = commandsIn(folder);
  const fsid = randomUUID();
  const monitor = await findFreePort();
  for (const name of ['osd', 'run', 'rgw']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'ceph.conf'), configuration(folder, fsid, monitor));
  await makeKeys(folder, run);
  const map = join(folder, 'monmap');
  await run(
    'monmaptool',
    '--create',
    '--fsid',
    fsid,
    '--addv',
    'a',
    `[v2:127.0.0.1:${monitor}]`,
    map,
  );
  await run('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map, '--keyring', join(folder, 'keyring'));
  processes.push(start('ceph-mon', '-i', 'a'));
  await run('ceph', 'osd', 'create');
  await run('ceph-osd', '-i', '0', '--mkfs');
  processes.push(start('ceph-osd', '-i', '0'));
  const [accessKey, secretKey] = ['farscope-test', randomUUID()];
  await run(
    'radosgw-admin',
    'user',
    'create',
    '--uid=test',
    '--display-name=test',
    `--access-key=${accessKey}`,
    `--secret-key=${secretKey}`,
  );
  const endpoint = `http://127.0.0.1:${await findFreePort()}`;
  const gateway = start(
    'radosgw',
    '-n',
    'client.rgw',
    '--keyring',
    join(folder, 'keyring'),
    `--rgw-frontends=beast endpoint=${endpoint.slice('http://'.length)}`,
  );
  processes.push(gateway);
  await untilAnswers(endpoint, gateway);
  return { endpoint, accessKey, secretKey };
}

function lastWords(folder: string): string {
  return ['ceph-mon', 'ceph-osd', 'radosgw']
    .map((name) => {
      try {
        return `${name}: ${readFileSync(join(folder, `${name}.out`), 'utf8').slice(-600)}`;
      } catch (cause) {
        return `${name}: ${String(cause)}`;
      }
    })
    .join('\n');
}

/** Brings up monitor, store and gateway; some fifteen seconds. */
export async function startObjectServer(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'farscope-ceph-'));
  const processes: OwnProcess[] = [];
  const dispose = async (): Promise<void> => {
    // Nothing of it is kept, so nothing needs an orderly end.
    await Promise.all(processes.map((one) => one.kill()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await bringUp(folder, processes)), dispose };
  } catch (cause) {
    const words = lastWords(folder);
    await dispose();
    throw new Error(`no S3 could be brought up:\n${words}`, { cause });
  }
}
