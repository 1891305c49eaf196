'use strict';

const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { runScript } = require('../../server/launch/run-program.cjs');
const { inPackage } = require('../../server/launch/check-steps.cjs');
const { say } = require('../../server/launch/say.cjs');
const { installPackages, mayInstallPackages } = require('./packages.cjs');

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Where Playwright keeps, or would keep, the Chromium of its own version. */
function playwrightChromium(node) {
  const ask = "process.stdout.write(require('playwright-core').chromium.executablePath())";
  const reply = spawnSync(node, ['-e', ask], { cwd: inPackage('..'), encoding: 'utf8' });
  return reply.status === 0 && fs.existsSync(reply.stdout) ? reply.stdout : undefined;
}

function systemChromium() {
  const folders = (process.env.PATH || '').split(path.delimiter).concat('/usr/bin', '/snap/bin');
  const found = folders
    .map((folder) => SYSTEM_NAMES.map((name) => path.join(folder, name)))
    .reduce((all, some) => all.concat(some), [])
    .concat(MAC_CHROME)
    .filter((file) => fs.existsSync(file));
  return found[0];
}

/** Without CJK glyphs half of the interface is drawn as boxes, and the screenshots prove nothing. */
async function ensureChineseFonts(node) {
  const listed = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  if (process.platform !== 'linux' || (listed.stdout || '').trim() !== '') return;
  if (mayInstallPackages()) {
    say('Installing Chinese fonts for the screenshots', '正在安装截图所需的中文字体');
    if (await installPackages(node, ['fonts-noto-cjk'])) return;
  }
  say(
    'No Chinese font here: Chinese text shows as boxes in screenshots',
    '缺少中文字体，截图中的中文会显示为方框',
  );
}

/**
 * A Chromium to drive: Playwright's own, else the system's, else the distribution's package, else
 * Playwright's download. Resolves to its path, or undefined after saying what to install.
 */
async function ensureBrowser(node) {
  const present = playwrightChromium(node) || systemChromium();
  if (present !== undefined) return present;
  if (mayInstallPackages()) {
    say('Installing Chromium', '正在安装 Chromium');
    if (await installPackages(node, ['chromium'])) return systemChromium();
  }
  say('Fetching the Chromium of Playwright', '正在下载 Playwright 的 Chromium');
  const cli = inPackage('@playwright', 'test', 'cli.js');
  await runScript(node, cli, ['install', 'chromium']);
  const fetched = playwrightChromium(node);
  if (fetched !== undefined) return fetched;
  say(
    'No browser for the tests: install the package "chromium" or "google-chrome", then run npm test again',
    '缺少测试用浏览器：请安装 chromium 或 google-chrome 后重新运行 npm test',
  );
  return undefined;
}

module.exports = { ensureBrowser, ensureChineseFonts };
