'use strict';

const path = require('path');
const { ROOT } = require('./run-program.cjs');

const FLOORS = ['shared', 'server', 'client', 'fixtures', 'test'];

const inPackage = (...parts) => path.join(ROOT, 'node_modules', ...parts);

/** What is checked without running anything of the product. Each step is one program; 0 is good. */
const CHECK_STEPS = [
  {
    name: 'format',
    chinese: '格式',
    script: inPackage('@biomejs', 'biome', 'bin', 'biome'),
    parameters: ['format', '.'],
  },
  {
    name: 'lint',
    chinese: '静态检查',
    script: inPackage('oxlint', 'bin', 'oxlint'),
    parameters: ['--type-aware'],
  },
].concat(
  FLOORS.map((floor) => ({
    name: `types of ${floor}/`,
    chinese: `${floor}/ 的类型`,
    script: inPackage('typescript', 'bin', 'tsc'),
    parameters: ['-p', path.join(floor, 'tsconfig.json'), '--noEmit'],
  })),
);

module.exports = { CHECK_STEPS, inPackage };
