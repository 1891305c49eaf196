import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests of several processes on the engines of a cluster. One file after the other: each has the machine. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/cluster/**/*.cluster.ts'],
    globalSetup: 'test/cluster/global-setup.ts',
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
