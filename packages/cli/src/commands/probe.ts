import { exitCodes } from '@tokenstorm/core';
import type { LimitDimension, ParsedScenario } from '@tokenstorm/core';
import { observedLimits } from '@tokenstorm/providers';
import { systemClock } from '@tokenstorm/transport';
import { checkPermissions, EgressPolicy, probeTargets } from '@tokenstorm/worker';
import { defined } from '../flags/defined.ts';
import type { RunOptions } from '../flags/run-options.ts';
import { loadScenario } from '../run/load-scenario.ts';
import { startSimulatorProcess } from '../run/simulator-process.ts';
import { probeJson } from '../view/probe-json.ts';
import { probeText } from '../view/probe.ts';
import type { ObservedLimit, ProbedTarget } from '../view/probe.ts';
import { textWidth, wantsColours } from '../view/style.ts';

/** How long nothing is said. */
const silenceMs = 3000;

/** `tokenstorm probe`: one request to each target, and what was understood of it. Exit code 1 where one failed. */
export async function probeCommand(options: RunOptions): Promise<number> {
  await using simulator = options.withSim ? await startSimulatorProcess() : undefined;
  const parsed = loadScenario(options, process.env, {
    sendsRequests: true,
    ...(simulator !== undefined && { simulatorUrl: simulator.baseUrl }),
  });
  const probed: ProbedTarget[] = [];
  let waiting = sayWaiting(parsed, 0);
  const region = parsed.scenario.regions[0]?.name ?? '';
  await checkPermissions(parsed.scenario, region, defined({ hosts: options.hosts }), process.env);
  const egress = new EgressPolicy(options.hosts);
  for await (const one of probeTargets(parsed, process.env, systemClock, egress)) {
    probed.push({ ...one, limits: limitsIn(one.result.headers) });
    clearTimeout(waiting);
    waiting = sayWaiting(parsed, probed.length);
  }
  clearTimeout(waiting);
  const colours = options.color && wantsColours(process.stdout, process.env);
  process.stdout.write(
    options.json ? probeJson(probed) : probeText(probed, { width: textWidth(process.stdout), colours }),
  );
  return probed.some(({ result }) => result.failure !== undefined) ? exitCodes.internal : exitCodes.passed;
}

/** A server may take a minute to say nothing. */
function sayWaiting({ scenario }: ParsedScenario, index: number): NodeJS.Timeout {
  const say = () =>
    process.stderr.write(`Waiting for ${scenario.targets[index]?.key ?? 'the end'} (Ctrl-C ends it)\n`);
  return setTimeout(say, silenceMs).unref();
}

const dimensions: readonly LimitDimension[] = ['requests', 'tokens', 'input-tokens', 'output-tokens'];

function limitsIn(headers: Readonly<Record<string, string>>): readonly ObservedLimit[] {
  const observed = observedLimits(headers);
  return dimensions.flatMap((dimension) => {
    const per_minute = observed?.perMinute[dimension] ?? null;
    const remaining = observed?.remaining[dimension] ?? null;
    const isStated = per_minute !== null || remaining !== null;
    return isStated ? [{ dimension: dimension.replaceAll('-', '_'), per_minute, remaining }] : [];
  });
}
