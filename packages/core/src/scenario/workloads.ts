import { loadDurationMs } from '../load/course.ts';
import type { LoadProfile } from '../load/load-profile.ts';
import type { Parse } from './context.ts';
import { readEffectiveWorkloads, unusedLoadDefaults } from './effective-workload.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import { checkKeyHeaders } from './key-check.ts';
import { keysOfExecutor, readLoad } from './load-of-workload.ts';
import { readPrompts } from './prompt-source.ts';
import type { LoadedDatasets } from './prompt-source.ts';
import type { PromptSource, Slo, Target, Timeouts, Workload } from './scenario.ts';
import { sections } from './schema.ts';
import type { SloSection } from './schema.ts';
import { didYouMean } from './suggestion.ts';
import { providerNames } from './targets.ts';
import { checkThinking } from './thinking-check.ts';
import { listOf, valueAt } from './tree.ts';

const defaultGracefulStopMs = 30_000;
const defaultTimeouts: Timeouts = {
  connectMs: 5_000,
  firstTokenMs: 60_000,
  idleMs: 30_000,
  totalMs: 300_000,
};

/** The workloads that are right, in the file's order; their data sets are added to `datasets`. */
export function readWorkloads(
  parse: Parse,
  targets: readonly Target[],
  datasets: LoadedDatasets,
): readonly Workload[] {
  const { reading } = parse;
  const globalSlo = sloOf(reading.section(sections.slo, ['slo']));
  checkKeyHeaders(reading, ['defaults', 'headers']);
  const effective = readEffectiveWorkloads(parse);
  const workloads = effective.flatMap((workload) => {
    checkKeyHeaders(reading, [...workload.path, 'headers']);
    const chosen = readTargetKeys(parse, workload, targets);
    const load = readLoad(parse, workload);
    const prompts = readPrompts(parse, workload, datasets);
    if (load !== undefined) checkWarmup(parse, workload, load);
    const chosenTargets = targets.filter(({ key }) => chosen.includes(key));
    checkThinking(parse, workload, chosenTargets);
    if (load === undefined || prompts === undefined) return [];
    return [workloadOf(workload, chosen, load, prompts, globalSlo)];
  });
  const isComplete = workloads.length === listOf(valueAt(reading.value, ['workload', 'scenarios'])).length;
  if (isComplete) reportUnusedDefaults(parse, workloads);
  return workloads;
}

function workloadOf(
  { name, keys }: EffectiveWorkload,
  targets: readonly string[],
  load: LoadProfile,
  prompts: PromptSource,
  globalSlo: Slo,
): Workload {
  return {
    name,
    targets,
    load,
    startAfterMs: keys.start_after ?? 0,
    warmupMs: keys.warmup ?? 0,
    gracefulStopMs: keys.graceful_stop ?? defaultGracefulStopMs,
    prompts,
    cacheBust: keys.cache_bust ?? false,
    stream: keys.stream ?? true,
    ...(keys.max_tokens === undefined ? {} : { maxTokens: keys.max_tokens }),
    ...(keys.temperature === undefined ? {} : { temperature: keys.temperature }),
    extraBody: keys.extra_body ?? {},
    headers: keys.headers ?? {},
    slo: keys.slo === undefined ? globalSlo : sloOf(keys.slo),
    timeouts: timeoutsOf(keys.timeouts),
  };
}

function readTargetKeys(
  { reading }: Parse,
  workload: EffectiveWorkload,
  targets: readonly Target[],
): readonly string[] {
  const wanted = workload.keys.providers;
  if (wanted === undefined) return targets.map((target) => target.key);
  const names = providerNames(reading.value);
  wanted.forEach((name, index) => {
    if (names.includes(name)) return;
    const path = [...workload.pathOf('providers'), index];
    reading.report(path, `\`${name}\` is not a provider of this file`, didYouMean(name, names));
  });
  return targets.filter((target) => wanted.includes(target.provider)).map((target) => target.key);
}

function checkWarmup({ reading }: Parse, workload: EffectiveWorkload, load: LoadProfile): void {
  const { warmup = 0 } = workload.keys;
  const durationMs = loadDurationMs(load);
  if (durationMs === undefined || warmup < durationMs) return;
  const message = `\`warmup\` (${warmup / 1000} s) is not shorter than the load (${durationMs / 1000} s): nothing would be measured`;
  reading.report(workload.pathOf('warmup'), message);
}

function reportUnusedDefaults({ reading }: Parse, workloads: readonly Workload[]): void {
  const taken = new Set(workloads.flatMap(({ load }) => keysOfExecutor(load.executor)));
  for (const key of unusedLoadDefaults(reading.value, taken)) {
    const message = `\`${key}\` in \`defaults\` goes with no workload of this file`;
    reading.report(['defaults', key], message, undefined, 'key');
  }
}

function sloOf(slo: SloSection | undefined): Slo {
  return {
    ...(slo?.ttft === undefined ? {} : { ttftMs: slo.ttft }),
    ...(slo?.tpot === undefined ? {} : { tpotMs: slo.tpot }),
    ...(slo?.e2e === undefined ? {} : { e2eMs: slo.e2e }),
  };
}

function timeoutsOf(timeouts: EffectiveWorkload['keys']['timeouts']): Timeouts {
  return {
    connectMs: timeouts?.connect ?? defaultTimeouts.connectMs,
    firstTokenMs: timeouts?.first_token ?? defaultTimeouts.firstTokenMs,
    idleMs: timeouts?.idle ?? defaultTimeouts.idleMs,
    totalMs: timeouts?.total ?? defaultTimeouts.totalMs,
  };
}
