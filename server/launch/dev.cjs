'use strict';

// npm run dev: the server starts again when its sources change, Vite serves the pages with hot reload.

const path = require('path');
const { ensureDependencies } = require('./dependencies.cjs');
const { ensureNode } = require('./node-runtime.cjs');
const { ROOT, runScript } = require('./run-program.cjs');
const { say } = require('./say.cjs');

async function main() {
  const node = ensureNode();
  ensureDependencies(node);
  say(
    'Pages on http://localhost:5173, changes appear by themselves',
    '网页在 http://localhost:5173，修改后自动刷新',
  );
  const server = runScript(node, path.join(ROOT, 'server', 'main.ts'), [], {
    nodeFlags: ['--watch', '--watch-preserve-output'],
    env: { NODE_ENV: 'development' },
  });
  const pages = runScript(node, path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), []);
  // When one ends, the other has nobody to talk to.
  process.exitCode = await Promise.race([server, pages]);
  process.kill(process.pid, 'SIGTERM');
  await Promise.all([server, pages]);
}

void main();
