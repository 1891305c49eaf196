'use strict';

// node server/launch/run-on-node.cjs <script.ts> [parameters]: runs a script of this repository on a Node
// that is new enough, with the dependencies in place. Plain old JavaScript, because it starts on any Node.

const path = require('path');
const { ensureDependencies } = require('./dependencies.cjs');
const { ensureNode } = require('./node-runtime.cjs');
const { ROOT, runScript } = require('./run-program.cjs');

async function main() {
  const script = process.argv[2];
  if (script === undefined) throw new Error('which script?');
  const node = ensureNode();
  ensureDependencies(node);
  process.exitCode = await runScript(node, path.join(ROOT, script), process.argv.slice(3));
}

void main();
