#!/usr/bin/env node
import { runCommandLine } from './program.ts';
import { allowClosedOutput } from './run/closed-output.ts';
import { printMessage } from './run/print-text.ts';
import { version } from './version.ts';

allowClosedOutput();

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    run: async (options) => (await import('./commands/run.ts')).runCommand(options),
    profile: async (options) => (await import('./commands/profile.ts')).profileCommand(options),
    monitor: async (options) => (await import('./commands/monitor.ts')).monitorCommand(options),
    compare: async (options) => (await import('./commands/compare.ts')).compareCommand(options),
    benchmark: async (options) => (await import('./commands/benchmark.ts')).benchmarkCommand(options),
    probe: async (options) => (await import('./commands/probe.ts')).probeCommand(options),
    report: async (options) => (await import('./commands/report.ts')).reportCommand(options),
    diff: async (options) => (await import('./commands/diff.ts')).diffCommand(options),
    attach: async (options) => (await import('./commands/attach.ts')).attachCommand(options),
    stop: async (options) => (await import('./commands/stop.ts')).stopCommand(options),
    runs: async (options) => (await import('./commands/runs.ts')).runsCommand(options),
    worker: async (options) => (await import('./commands/worker.ts')).workerCommand(options),
    aggregator: async (options) => (await import('./commands/aggregator.ts')).aggregatorCommand(options),
    validate: async (options) => (await import('./commands/validate.ts')).validateCommand(options),
    init: async (options) => (await import('./commands/init.ts')).initCommand(options),
    completion: async (shell) => (await import('./commands/completion.ts')).completionCommand(shell),
    sim: async (words) => (await import('@tokenstorm/simulator')).runSimulator(words),
  },
  {
    version,
    output: {
      out: (text) => void process.stdout.write(text),
      err: printMessage,
    },
  },
);
