'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { inPackage } = require('../../server/launch/check-steps.cjs');
const { runScript } = require('../../server/launch/run-program.cjs');
const { say } = require('../../server/launch/say.cjs');
const { installPackages, mayInstallPackages } = require('./packages.cjs');
const { countVitest, reportFile, settle } = require('./tally.cjs');

/** Programs that the tests start, and the Debian packages that bring them. */
const PROGRAMS = {
  'redis-server': ['redis-server'],
  'ceph-mon': ['ceph-mon', 'ceph-common'],
  'ceph-osd': ['ceph-osd'],
  radosgw: ['radosgw'],
};

function isThere(program) {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}

/** Debian keeps its PostgreSQL out of the search path, one folder for each version. */
function hasPostgres() {
  return fs.existsSync('/usr/lib/postgresql') || isThere('postgres');
}

function missingPackages() {
  const missing = Object.keys(PROGRAMS)
    .filter((program) => !isThere(program))
    .reduce((all, program) => all.concat(PROGRAMS[program]), []);
  return hasPostgres() ? missing : missing.concat('postgresql');
}

/** The engines of a cluster, installed when they are missing; false after saying what to install. */
async function ensureEngines(node) {
  const missing = missingPackages();
  if (missing.length === 0) return true;
  const names = missing.join(' ');
  if (mayInstallPackages()) {
    say(`Installing ${names} for the cluster tests`, `正在安装集群测试所需的软件包：${names}`);
    if ((await installPackages(node, missing)) && missingPackages().length === 0) return true;
  }
  say(
    `The cluster tests DID NOT RUN: they need Debian's packages ${names} (as root: apt-get install ${names})`,
    `集群测试未运行：缺少 Debian 软件包 ${names}（以 root 执行 apt-get install ${names}）`,
  );
  return false;
}

/** Several processes on real PostgreSQL, S3 and Redis. A machine that cannot have them fails this phase, aloud. */
async function runClusterTests(node) {
  if (!(await ensureEngines(node))) return { passed: 0, failed: 1 };
  say(
    'Running the tests of several processes on PostgreSQL, S3 and Redis',
    '正在运行多进程集群测试',
  );
  const file = reportFile('cluster.json');
  const config = path.join('test', 'cluster', 'vite.config.ts');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const vitest = inPackage('vitest', 'vitest.mjs');
  const status = await runScript(node, vitest, ['run', '--config', config].concat(reporters));
  return settle(status, countVitest(file));
}

module.exports = { runClusterTests };
