'use strict';

// npm run test:cluster: the tests of several processes alone. Plain old JavaScript, because it starts on
// whatever Node the machine has.

const { ensureDependencies } = require('../../server/launch/dependencies.cjs');
const { ensureNode } = require('../../server/launch/node-runtime.cjs');
const { runClusterTests } = require('./cluster.cjs');

async function main() {
  const node = ensureNode();
  ensureDependencies(node);
  const { passed, failed } = await runClusterTests(node);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
