'use strict';

const { spawnSync } = require('child_process');
const { runProgram } = require('../../server/launch/run-program.cjs');

/** Whether this is a Debian (or a relative) on which we may install. */
function mayInstallPackages() {
  return (
    process.platform === 'linux' &&
    process.getuid() === 0 &&
    spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  );
}

/** Installs packages of the distribution; with fresh lists when the old ones do not do. */
async function installPackages(node, names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends'].concat(names);
  if ((await runProgram(node, 'apt-get', install, { env, quiet: true })) === 0) return true;
  await runProgram(node, 'apt-get', ['update'], { env, quiet: true });
  return (await runProgram(node, 'apt-get', install, { env })) === 0;
}

module.exports = { installPackages, mayInstallPackages };
