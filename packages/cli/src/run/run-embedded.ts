import type { ParsedScenario, RunPlan } from '@tokenstorm/core';
import type { Permissions } from '@tokenstorm/worker';
import { numbered } from '../view/number-text.ts';
import type { RunView } from '../view/run-view.ts';
import { EmbeddedRun } from './embedded-run.ts';
import { listenForFaults } from './faults.ts';
import { LiveView } from './live-view.ts';
import type { RunFiles } from './run-files.ts';
import type { RunInflux } from './run-influx.ts';
import { listenForStop } from './signals.ts';
import { tracePath } from './trace-file.ts';

/** What an embedded run on a terminal is made of. */
export interface EmbeddedParts {
  readonly plan: RunPlan;
  readonly parsed: ParsedScenario;
  readonly processes: number;
  readonly files: RunFiles;
  readonly influx: RunInflux | undefined;
  readonly progress: RunView | undefined;
  /** Writes a wire trace of one request. */
  readonly debug: boolean;
  readonly permissions: Permissions;
}

/** Runs it to its end, with its progress shown, until that or Ctrl-C. */
export async function runEmbedded(parts: EmbeddedParts) {
  const { plan, parsed, processes, files, influx, progress, debug, permissions } = parts;
  const { scenario, datasets } = parsed;
  const live = progress && new LiveView(progress, scenario);
  const { observer, requestFiles } = files;
  const embedded = new EmbeddedRun({
    plan,
    datasets,
    processes,
    requestFiles,
    permissions,
    ...(debug && { tracePath: tracePath(plan.runId) }),
    environment: process.env,
    ...(observer !== undefined && { observer }),
    ...(influx !== undefined && { influx }),
    onExportFailure: (path, reason) => files.exportFailed(path, reason),
    onStatus: (status, budget) => void live?.show(status, budget),
  });
  using _signals = listenForStop({
    drain: () => {
      live?.draining();
      progress?.say('Stopping: requests under way may finish. Ctrl-C again stops now.');
      void embedded.stop('drain');
    },
    now: () => void embedded.stop('now'),
  });
  using _faults = listenForFaults((description) => embedded.fail(description));
  try {
    progress?.begin({ name: scenario.name, runId: plan.runId, stopping: 'ends' });
    const { warmupRequests } = scenario.execution;
    if (warmupRequests > 0)
      progress?.say(`Warming up: ${numbered(warmupRequests, 'request')} to each target.`);
    return { ended: await embedded.run(), outcomes: embedded.exportOutcomes };
  } catch (cause) {
    await files.discard();
    throw cause;
  } finally {
    await progress?.close();
  }
}
