import { defineConfig } from 'vitest/config';

/** Tests that start servers, or fleets of processes, and mostly wait for them. */
const fleets = ['test/redis/**/*.test.ts', 'test/influx/**/*.test.ts', 'test/e2e/distributed/**/*.test.ts'];

/** Tests that measure times, most of them against the simulator's log, and so run with nothing beside them. */
const timing = [
  'test/accuracy/**/*.test.ts',
  'test/e2e/{hidden-reasoning,processes,request-export,retries,validity}.test.ts',
  'packages/cli/src/run/rehearsal.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    testTimeout: 30_000,
    // What a busy machine spoils is done again; what is wrong is wrong again.
    retry: 1,
    hookTimeout: 30_000,
    execArgv: ['--conditions=source'],
    globalSetup: 'test/support/global-setup.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'pieces',
          include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...fleets, ...timing, 'test/long/**', '**/node_modules/**'],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'timing', include: timing, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
      {
        extends: true,
        test: { name: 'fleets', include: fleets, maxWorkers: 4, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
