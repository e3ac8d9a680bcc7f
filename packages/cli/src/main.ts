#!/usr/bin/env node
import { runCommandLine } from './program.ts';
import { allowClosedOutput } from './run/closed-output.ts';
import { version } from './version.ts';

allowClosedOutput();

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    run: async (options) => (await import('./commands/run.ts')).runCommand(options),
    probe: async (options) => (await import('./commands/probe.ts')).probeCommand(options),
    report: async (options) => (await import('./commands/report.ts')).reportCommand(options),
    validate: async (options) => (await import('./commands/validate.ts')).validateCommand(options),
    sim: async (words) => (await import('@tokenstorm/simulator')).runSimulator(words),
  },
  {
    version,
    output: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    },
  },
);
