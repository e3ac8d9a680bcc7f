import { TokenstormError } from '../errors.ts';
import { parseThreshold } from '../thresholds/parse.ts';
import { thresholdTags } from '../thresholds/threshold.ts';
import type { ThresholdTag } from '../thresholds/threshold.ts';
import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import type { Region, Target, ThresholdSource, Workload } from './scenario.ts';
import { sections } from './schema.ts';
import { didYouMean } from './suggestion.ts';

type Entry =
  | string
  | { threshold: string; window?: number; abort_on_fail?: boolean; delay_abort_eval?: number };

/** The names that a threshold's labels may take; absent where they are not known for sure. */
export type LabelValues = Readonly<Partial<Record<ThresholdTag, readonly string[]>>>;

/** The thresholds in the file's order. */
export function readThresholds(parse: Parse, labels: LabelValues): readonly ThresholdSource[] {
  const written = parse.reading.section(sections.thresholds, ['thresholds']) ?? {};
  return Object.entries(written).flatMap(([metric, entries]) => {
    const path = ['thresholds', metric];
    if (!Array.isArray(entries)) return [readEntry(parse, metric, entries, path, labels)];
    return entries.map((entry, index) => readEntry(parse, metric, entry, [...path, index], labels));
  });
}

/** The labels of a run that was read without problems. */
export function labelValues(
  targets: readonly Target[],
  workloads: readonly Pick<Workload, 'name'>[],
  regions: readonly Region[],
): LabelValues {
  return {
    provider: targets.map((target) => target.provider),
    model: targets.map((target) => target.model),
    scenario: workloads.map((workload) => workload.name),
    region: regions.map((region) => region.name),
  };
}

function readEntry(
  parse: Parse,
  metric: string,
  entry: Entry,
  path: ScenarioPath,
  labels: LabelValues,
): ThresholdSource {
  const isText = typeof entry === 'string';
  const expression = isText ? entry : entry.threshold;
  checkThreshold(parse, metric, expression, isText ? path : [...path, 'threshold'], labels);
  if (isText) return { metric, expression, abortOnFail: false, delayAbortEvalMs: 0 };
  return {
    metric,
    expression,
    ...(entry.window === undefined ? {} : { windowMs: entry.window }),
    abortOnFail: entry.abort_on_fail ?? false,
    delayAbortEvalMs: entry.delay_abort_eval ?? 0,
  };
}

function checkThreshold(
  { reading }: Parse,
  metric: string,
  expression: string,
  path: ScenarioPath,
  labels: LabelValues,
): void {
  try {
    const { tags } = parseThreshold(metric, expression);
    for (const label of thresholdTags) {
      const [value, known] = [tags[label], labels[label]];
      if (value === undefined || known === undefined || known.includes(value)) continue;
      const message = `no ${label} of this file is called \`${value}\``;
      reading.report(['thresholds', metric], message, didYouMean(value, known), 'key');
    }
  } catch (error) {
    if (!(error instanceof TokenstormError)) throw error;
    reading.report(path, error.message, error.hint);
  }
}
