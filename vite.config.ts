import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const apiPort = Number(process.env['PORT'] ?? 8080);

/**
 * React Aria speaks 34 languages, this product two: the others leave the bundle (40 kB gzipped). The file
 * names are those of its packages, 'react-aria/dist/private/intl/menu/zh-CN.mjs'.
 */
function keepTwoLanguages(): Plugin {
  const locale = /react-(?:aria|stately)[^/]*\/.*intl\/.*\/([a-z]{2}-[A-Z]{2})\.m?js$/;
  return {
    name: 'keep-two-languages',
    enforce: 'pre',
    load(id) {
      const found = locale.exec(id)?.[1];
      const isForeign = found !== undefined && found !== 'en-US' && found !== 'zh-CN';
      return isForeign ? 'export default {};' : null;
    },
  };
}

/** What a route is for is read in the API document, which the server makes: the sentences leave the pages (2 kB gzipped). */
function leaveSummariesOut(): Plugin {
  const summary = /^\s*summary:\s*'(?:[^'\\]|\\.)*',$/gm;
  return {
    name: 'leave-summaries-out',
    enforce: 'pre',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('/shared/api/endpoints/')) return null;
      return { code: code.replace(summary, "summary: '',"), map: null };
    },
  };
}

export default defineConfig({
  root: 'client',
  plugins: [react(), keepTwoLanguages(), leaveSummariesOut()],
  build: { outDir: '../dist/client', emptyOutDir: true, target: 'es2022' },
  server: {
    port: 5173,
    // Calls go to the server; '/api/call.ts' and its neighbours are modules of client/api.
    // With the page's own Host, which the server compares with the Origin of a WebSocket.
    proxy: {
      '^/api/(?!.*\\.ts(\\?|$))': {
        target: `http://127.0.0.1:${apiPort}`,
        ws: true,
        changeOrigin: false,
      },
    },
  },
  test: {
    root: import.meta.dirname,
    include: ['{shared,server,client,fixtures,test}/**/*.test.ts', 'client/**/*.test.tsx'],
    globalSetup: 'test/database/global-setup.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
