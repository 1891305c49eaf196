'use strict';

// npm start: a new enough Node, the dependencies, the built pages, then the server. Plain old JavaScript,
// because it starts on whatever Node the machine has.

const path = require('path');
const { ensureClient } = require('./build-client.cjs');
const { ensureDependencies } = require('./dependencies.cjs');
const { ensureNode } = require('./node-runtime.cjs');
const { ROOT, runScript } = require('./run-program.cjs');
const { say } = require('./say.cjs');

async function main() {
  const node = ensureNode();
  ensureDependencies(node);
  await ensureClient(node);
  say('Starting Farscope', '正在启动远镜');
  process.exitCode = await runScript(node, path.join(ROOT, 'server', 'main.ts'), [], {
    env: {
      NODE_ENV: process.env.NODE_ENV || 'production',
      // With Node's four threads, four uploads that wait for their disk keep every cold tile waiting too.
      UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE || '16',
    },
  });
}

void main();
