'use strict';

// npm run check: format, lint with type-aware rules, types of each floor, and the architecture tests.

const { CHECK_STEPS, inPackage } = require('./check-steps.cjs');
const { ensureDependencies } = require('./dependencies.cjs');
const { ensureNode } = require('./node-runtime.cjs');
const { runScript } = require('./run-program.cjs');
const { say } = require('./say.cjs');

const ARCHITECTURE = {
  name: 'architecture',
  chinese: '架构',
  script: inPackage('vitest', 'vitest.mjs'),
  parameters: ['run', 'test/architecture'],
};

async function main() {
  const node = ensureNode();
  ensureDependencies(node);
  const failed = [];
  for (const step of CHECK_STEPS.concat(ARCHITECTURE)) {
    say(`Checking: ${step.name}`, `检查：${step.chinese}`);
    if ((await runScript(node, step.script, step.parameters)) !== 0) failed.push(step.name);
  }
  if (failed.length === 0) return say('All checks passed', '全部检查通过');
  say(`Failed: ${failed.join(', ')}`, '存在未通过的检查');
  process.exitCode = 1;
}

void main();
