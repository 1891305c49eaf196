#!/usr/bin/env node
'use strict';

// The command line: farscope upload FILES… --to URL, farscope watch FOLDER --to URL. Plain old JavaScript,
// because it starts on any Node.

const path = require('path');
const { ensureDependencies } = require('./dependencies.cjs');
const { ensureNode } = require('./node-runtime.cjs');
const { ROOT, runScript } = require('./run-program.cjs');

async function main() {
  // The program runs in the repository's root; the files that were named are relative to here.
  process.env.FARSCOPE_CWD = process.cwd();
  const node = ensureNode();
  ensureDependencies(node);
  const script = path.join(ROOT, 'server/cli/main.ts');
  process.exitCode = await runScript(node, script, process.argv.slice(2));
}

void main();
