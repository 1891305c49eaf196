'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { ROOT, runScript } = require('./run-program.cjs');
const { giveUp, say } = require('./say.cjs');

const SOURCES = ['client', 'shared', 'vite.config.ts', 'package-lock.json'];
const STAMP = path.join(ROOT, 'dist', 'client.stamp');

function addToDigest(digest, file) {
  const found = fs.statSync(file);
  if (found.isDirectory()) {
    const names = fs.readdirSync(file).sort();
    names.forEach((name) => addToDigest(digest, path.join(file, name)));
    return;
  }
  if (/\.test\.tsx?$/.test(file)) return;
  digest.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
}

/** A digest of everything that the built pages come from. */
function digestSources() {
  const digest = crypto.createHash('sha256');
  SOURCES.map((name) => path.join(ROOT, name))
    .filter((file) => fs.existsSync(file))
    .forEach((file) => addToDigest(digest, file));
  return digest.digest('hex');
}

function isBuilt(digest) {
  return (
    fs.existsSync(path.join(ROOT, 'dist', 'client', 'index.html')) &&
    fs.existsSync(STAMP) &&
    fs.readFileSync(STAMP, 'utf8') === digest
  );
}

/** Builds the pages when their sources changed. Resolves to false when the build failed. */
async function buildClient(node) {
  const digest = digestSources();
  if (isBuilt(digest)) return true;
  say('Building the pages', '正在构建网页');
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const status = await runScript(node, vite, ['build', '--logLevel', 'warn']);
  if (status !== 0) return false;
  fs.writeFileSync(STAMP, digest);
  return true;
}

async function ensureClient(node) {
  if (await buildClient(node)) return;
  giveUp('The pages could not be built: see the lines above.', '网页构建失败：原因见上。');
}

module.exports = { buildClient, ensureClient };
