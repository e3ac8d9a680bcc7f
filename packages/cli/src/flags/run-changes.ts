import type { ScenarioOverride } from '@tokenstorm/core';
import { change, changeEach } from './change.ts';
import { listAt, mapAt } from './document.ts';
import type { ScenarioFlags } from './run-options.ts';
import type { ThresholdFlag } from './threshold-flag.ts';

/** What the flags set for the whole run: seed, execution, limits of a good request, thresholds, exports. */
export function runChanges(flags: ScenarioFlags, document: unknown): readonly ScenarioOverride[] {
  return [
    ...change(['seed'], flags.seed, '--random-seed'),
    ...change(['execution', 'warmup_requests'], flags.warmupRequestCount, '--warmup-request-count'),
    ...change(['budget', 'usd'], flags.budgetUsd, '--budget-usd'),
    ...change(['budget', 'tokens'], flags.budgetTokens, '--budget-tokens'),
    ...change(['budget', 'requests'], flags.budgetRequests, '--budget-requests'),
    ...change(['execution', 'client'], flags.client, '--client'),
    ...change(['execution', 'on_invalid'], flags.allowInvalid ? 'warn' : undefined, '--allow-invalid'),
    ...change(['execution', 'tokenizer'], flags.tokenizer, '--tokenizer'),
    ...changeEach(['slo'], flags.slo, '--goodput'),
    ...change(['targets', 'first_token'], flags.scoreTargets?.first_token, '--target-first-token'),
    ...change(['targets', 'total'], flags.scoreTargets?.total, '--target-total'),
    ...thresholdChanges(flags.thresholds, mapAt(document, 'thresholds')),
    ...regressionChanges(flags),
    ...exportChanges(flags, listAt(mapAt(document, 'output'), 'export').length),
  ];
}

/** The baseline takes the place of the file's; limits stand beside those of other figures. */
function regressionChanges({ baselines, regressionLimits = {} }: ScenarioFlags): readonly ScenarioOverride[] {
  if (baselines === false) return [{ path: ['regression'], value: undefined, origin: '--no-baseline' }];
  return [
    ...change(['regression', 'baseline'], baselines, '--baseline'),
    ...changeEach(['regression', 'limits'], regressionLimits, '--regression-limit'),
  ];
}

/** Thresholds come after those that the file has for the same metric; a single one of the file becomes a list. */
function thresholdChanges(
  thresholds: readonly ThresholdFlag[],
  existing: Readonly<Record<string, unknown>>,
): readonly ScenarioOverride[] {
  const counts = new Map<string, number>();
  return thresholds.flatMap((threshold) => {
    const { metric, origin } = threshold;
    const before = existing[metric];
    const index = counts.get(metric) ?? countOf(before);
    counts.set(metric, index + 1);
    const isFirst = index === countOf(before);
    const asList = isFirst && before !== undefined && !Array.isArray(before);
    return [
      ...(asList ? change(['thresholds', metric], [before], origin) : []),
      ...change(['thresholds', metric, index], thresholdValue(threshold), origin),
    ];
  });
}

function countOf(thresholds: unknown): number {
  if (thresholds === undefined) return 0;
  return Array.isArray(thresholds) ? thresholds.length : 1;
}

function thresholdValue({ expression, abortOnFail }: ThresholdFlag): unknown {
  return abortOnFail ? { threshold: expression, abort_on_fail: true } : expression;
}

function exportChanges(flags: ScenarioFlags, existing: number): readonly ScenarioOverride[] {
  return flags.exports.flatMap(({ format, path, origin }, index) =>
    changeEach(
      ['output', 'export', existing + index],
      format === 'influxdb' ? { format, url: path } : { format, path },
      origin,
    ),
  );
}
