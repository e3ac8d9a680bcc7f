import { defineConfig } from 'vitest/config';

/** Tests that start servers, or fleets of processes, and mostly wait for them. */
const fleets = ['test/{redis,influx,docs,e2e/distributed}/**/*.test.ts'];

/** Tests that measure times, most of them against the simulator's log, and so run with nothing beside them. */
const timing = [
  'test/accuracy/**/*.test.ts',
  'test/e2e/{diff,hidden-reasoning,processes,request-export,retries,validity}.test.ts',
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
          name: 'units',
          include: ['packages/*/src/**/*.test.ts'],
          exclude: [...timing, '**/node_modules/**'],
          maxWorkers: 3,
          // Several hundred small files, each of which would load all that it tests anew: in half the time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'commands',
          include: ['test/**/*.test.ts'],
          exclude: [...fleets, ...timing, 'test/long/**', '**/node_modules/**'],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'timing', include: timing, maxWorkers: 1, sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        test: { name: 'fleets', include: fleets, maxWorkers: 5, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
