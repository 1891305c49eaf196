import { defineConfig } from '@playwright/test';

/** Software rendering, and nothing that calls home: the browser may be a distribution's Chromium as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const chromium = process.env['FARSCOPE_CHROMIUM'];
const url = process.env['FARSCOPE_E2E_URL'];

/**
 * Real pages, built, from the real server with its real database, in a real Chromium. One server and one
 * worker for all tests: they share the demo set, and each puts back what it changed.
 */
export default defineConfig({
  testDir: '.',
  testMatch: ['*.e2e.ts', '*.spec.ts'],
  outputDir: '../../.cache/test/e2e',
  globalSetup: './global-setup.ts',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 720 },
    locale: 'zh-CN',
    // Set by global-setup.ts before the workers read this file.
    ...(url === undefined ? {} : { baseURL: url }),
    trace: 'retain-on-failure',
    launchOptions: {
      args: FLAGS,
      ...(chromium === undefined ? {} : { executablePath: chromium }),
    },
  },
});
