import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const apiPort = Number(process.env['PORT'] ?? 8080);

export default defineConfig({
  root: 'client',
  plugins: [react()],
  build: { outDir: '../dist/client', emptyOutDir: true, target: 'es2022' },
  server: {
    port: 5173,
    // Calls go to the server; '/api/call.ts' and its neighbours are modules of client/api.
    proxy: { '^/api/(?!.*\\.ts(\\?|$))': `http://127.0.0.1:${apiPort}` },
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
