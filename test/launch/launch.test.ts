import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const require = createRequire(import.meta.url);
const { isNewEnough, runtimePackage } = require('../../server/launch/node-runtime.cjs') as {
  isNewEnough: (version: string) => boolean;
  runtimePackage: () => string;
};
const { missingPackages } = require('../../server/launch/dependencies.cjs') as {
  missingPackages: (root: string) => string[];
};
const { countPlaywright, countVitest } = require('./tally.cjs') as {
  countPlaywright: (file: string) => Count;
  countVitest: (file: string) => Count;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeJson(name: string, value: unknown): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
  return file;
}

describe('the Node that the rest runs on', () => {
  test.each(['22.18.0', '22.20.1', '23.0.0', 'v24.21.0'])('%s is new enough', (version) => {
    expect(isNewEnough(version)).toBe(true);
  });
  test.each(['14.21.3', '18.20.0', '20.20.2', '22.17.9', '', 'nonsense'])(
    '"%s" is not new enough',
    (version) => {
      expect(isNewEnough(version)).toBe(false);
    },
  );
  test('comes from a package named for the machine', () => {
    expect(runtimePackage()).toMatch(/^node-(linux|darwin|win)-(x64|arm64|\w+)$/);
  });
});

describe('a program that the launch scripts run', () => {
  const launcher = fileURLToPath(new URL('../../server/launch/run-program.cjs', import.meta.url));

  async function startUnderShell(): Promise<{ shell: ChildProcess; launched: number }> {
    const waiting = join(folder, 'waiting.cjs');
    writeFileSync(waiting, 'console.log(process.pid); setInterval(() => undefined, 1000);');
    const outer = join(folder, 'outer.cjs');
    const call = `require(${JSON.stringify(launcher)}).runScript(process.execPath, ${JSON.stringify(waiting)})`;
    writeFileSync(outer, `${call}.then((status) => { process.exitCode = status; });`);
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${outer}"; true`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'start' },
    });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    return { shell, launched: Number(line.toString()) };
  }

  const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

  test('ends when npm ends the shell around it', async () => {
    const { shell, launched } = await startUnderShell();
    expect(isAlive(launched)).toBe(true);
    shell.kill('SIGTERM');
    await vi.waitFor(() => expect(isAlive(launched)).toBe(false), { timeout: 10_000 });
  });
});

describe('what is missing from node_modules', () => {
  const lock = (packages: Record<string, unknown>) => ({ packages: { '': {}, ...packages } });
  const install = (name: string) => writeJson(`project/node_modules/${name}/package.json`, {});

  test('is everything when nothing was installed', () => {
    writeJson('project/package-lock.json', lock({ 'node_modules/a': { version: '1.0.0' } }));
    expect(missingPackages(join(folder, 'project'))).toEqual(['node_modules/a']);
  });

  test('is what has another version or is gone, but not what is for other platforms', () => {
    const wanted = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0' },
      'node_modules/c': { version: '3.0.0' },
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
    };
    writeJson('project/package-lock.json', lock(wanted));
    const installed = { ...wanted, 'node_modules/b': { version: '1.9.0' } };
    writeJson('project/node_modules/.package-lock.json', lock(installed));
    install('a');
    install('b');
    expect(missingPackages(join(folder, 'project'))).toEqual([
      'node_modules/b',
      'node_modules/c',
      'node_modules/elsewhere',
    ]);
    writeJson('project/node_modules/.package-lock.json', {
      packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } },
    });
    expect(missingPackages(join(folder, 'project'))).toEqual(['node_modules/c']);
  });
});

describe('the tally of a test run', () => {
  test('counts skipped tests and files that did not load as failed', () => {
    const file = writeJson('vitest.json', {
      numPassedTests: 7,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [{ status: 'failed' }] },
        { status: 'failed', assertionResults: [] },
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    });
    expect(countVitest(file)).toEqual({ passed: 7, failed: 5 });
  });

  test('counts a browser test that passed only when retried as failed', () => {
    const stats = { expected: 9, unexpected: 1, flaky: 1, skipped: 1 };
    const file = writeJson('playwright.json', { stats, errors: [{}] });
    expect(countPlaywright(file)).toEqual({ passed: 9, failed: 4 });
  });

  test('counts a report that was never written as one failure', () => {
    expect(countVitest(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 1 });
    expect(countPlaywright(join(folder, 'none.json'))).toEqual({ passed: 0, failed: 1 });
  });
});
