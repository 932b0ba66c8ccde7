import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^fluxion$/, replacement: here('./src/index.ts') },
      { find: /^fluxion\/laws$/, replacement: here('./laws/index.ts') },
      { find: /^fluxion\/(.+)$/, replacement: here('./src/$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // The engine is a native library: one process per test file keeps a crash from hiding behind another test.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
