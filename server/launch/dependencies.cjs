'use strict';

const fs = require('fs');
const path = require('path');
const { runNpm } = require('./node-runtime.cjs');
const { ROOT } = require('./run-program.cjs');
const { giveUp, say } = require('./say.cjs');

function readLock(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).packages || {} : {};
}

/**
 * What package-lock.json asks for and node_modules lacks, by npm's own record of what it installed.
 * Packages for other platforms are optional and rightly absent.
 */
function missingPackages(root) {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  const installed = readLock(path.join(root, 'node_modules', '.package-lock.json'));
  return Object.keys(wanted).filter((name) => {
    if (name === '') return false;
    const there = installed[name];
    if (there === undefined) return !wanted[name].optional && !wanted[name].devOptional;
    if (there.version !== wanted[name].version) return true;
    return !fs.existsSync(path.join(root, name, 'package.json'));
  });
}

/** Installs what is missing or of another version. Install scripts stay off: nothing depends on one. */
function ensureDependencies(node) {
  const missing = missingPackages(ROOT);
  if (missing.length === 0) return;
  say(
    `Installing dependencies (${missing.length} packages are missing or changed)`,
    `正在安装依赖（${missing.length} 个软件包缺失或有变化）`,
  );
  const installed = runNpm(node, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (!installed) {
    giveUp(
      'npm ci failed: see the lines above. Check the network and the npm registry, then try again.',
      'npm ci 失败：原因见上。请检查网络与 npm 源后重试。',
    );
  }
}

module.exports = { ensureDependencies, missingPackages };
