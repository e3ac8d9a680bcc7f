import { defineConfig } from 'vitest/config';

/** Tests that take long or need more of the machine than others: one after the other, with nothing beside them. */
export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    execArgv: ['--conditions=source'],
    globalSetup: 'test/support/global-setup.ts',
    maxWorkers: 1,
  },
});
