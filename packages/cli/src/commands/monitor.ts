import type { MonitorOptions } from '../flags/monitor-options.ts';
import { MonitorSession } from '../monitor/monitor-session.ts';
import { askTarget } from '../run/ask-target.ts';
import { startSimulatorProcess } from '../run/simulator-process.ts';

/** `tokenstorm monitor`: what is typed is sent, or with `--every` the same again and again. Returns the exit code. */
export async function monitorCommand(given: MonitorOptions): Promise<number> {
  const options = { ...given, run: await askTarget(given.run, given.asksFor) };
  const environment = process.env;
  await using simulator = options.run.withSim ? await startSimulatorProcess() : undefined;
  await using session = await MonitorSession.open(options, environment, simulator?.baseUrl);
  const { everyMs } = options;
  if (everyMs !== undefined) {
    const { runUnattended } = await import('../monitor/run-unattended.ts');
    return await runUnattended(session, { ...options, everyMs }, environment);
  }
  const { runInteractive } = await import('../monitor/run-interactive.ts');
  return await runInteractive(session, options, environment);
}
