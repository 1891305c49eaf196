'use strict';

// npm test: everything, on a machine that has nothing but some Node and npm. Ends with the line
// "N passed, N failed". Plain old JavaScript, because it starts on whatever Node the machine has.

const fs = require('fs');
const path = require('path');
const { buildClient } = require('../../server/launch/build-client.cjs');
const { CHECK_STEPS, inPackage } = require('../../server/launch/check-steps.cjs');
const { ensureDependencies } = require('../../server/launch/dependencies.cjs');
const { ensureNode } = require('../../server/launch/node-runtime.cjs');
const { ROOT, runScript } = require('../../server/launch/run-program.cjs');
const { say } = require('../../server/launch/say.cjs');
const { ensureBrowser, ensureChineseFonts } = require('./browser.cjs');
const { runClusterTests } = require('./cluster.cjs');
const { countPlaywright, countVitest, reportFile, settle } = require('./tally.cjs');

async function check(node) {
  const count = { passed: 0, failed: 0 };
  for (const step of CHECK_STEPS) {
    say(`Checking: ${step.name}`, `检查：${step.chinese}`);
    const status = await runScript(node, step.script, step.parameters);
    if (status === 0) count.passed += 1;
    else count.failed += 1;
  }
  return count;
}

async function runVitest(node) {
  say('Running unit, contract, API and architecture tests', '正在运行单元、契约、接口与架构测试');
  const file = reportFile('vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const vitest = inPackage('vitest', 'vitest.mjs');
  const status = await runScript(node, vitest, ['run'].concat(reporters));
  return settle(status, countVitest(file));
}

async function runBrowserTests(node, browser) {
  const config = path.join('test', 'e2e', 'playwright.config.ts');
  if (!fs.existsSync(path.join(ROOT, config))) {
    say(`There are no browser tests: ${config} is missing`, `缺少浏览器测试：${config} 不存在`);
    return { passed: 0, failed: 1 };
  }
  say(`Running browser tests in ${browser}`, '正在运行浏览器测试');
  const file = reportFile('playwright.json');
  const status = await runScript(
    node,
    inPackage('@playwright', 'test', 'cli.js'),
    ['test', '--config', config, '--reporter=list,json'],
    { env: { FARSCOPE_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
  );
  return settle(status, countPlaywright(file));
}

async function main() {
  const started = Date.now();
  const node = ensureNode();
  ensureDependencies(node);
  await ensureChineseFonts(node);
  const browser = await ensureBrowser(node);
  const counts = [await check(node), await runVitest(node), await runClusterTests(node)];
  const built = await buildClient(node);
  counts.push(built ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  counts.push(
    built && browser !== undefined
      ? await runBrowserTests(node, browser)
      : { passed: 0, failed: 1 },
  );
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  const seconds = Math.round((Date.now() - started) / 1000);
  say(
    `${passed + failed} checks and tests in ${seconds} s`,
    `共 ${passed + failed} 项，用时 ${seconds} 秒`,
  );
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
