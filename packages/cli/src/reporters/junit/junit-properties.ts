import type { Report } from '@tokenstorm/core';
import { plainText } from '../../view/page.ts';

/** What a suite says of its run beside the cases: names and values. What is unknown is left out. */
export function junitProperties(report: Report): readonly (readonly [string, string])[] {
  const { run, accounting, throughput, metrics, cost } = report;
  const known: readonly (readonly [string, string | number | null | undefined])[] = [
    ['run.id', plainText(run.id)],
    ['run.mode', run.mode],
    ['run.seed', run.seed],
    ['run.version', run.version],
    ['run.regions', run.regions.map(plainText).join(', ')],
    ['verdict', report.verdict],
    ['validity', report.validity.level],
    ...(['scheduled', 'completed', 'failed', 'dropped', 'lost', 'cancelled'] as const).map(
      (outcome) => [`requests.${outcome}`, accounting[outcome]] as const,
    ),
    ...(['ttft', 'e2e'] as const).flatMap((metric) =>
      (['p50', 'p95', 'p99'] as const).map((key) => [`${metric}.${key}_ms`, metrics[metric]?.[key]] as const),
    ),
    ['throughput.requests_per_second', throughput.requests_per_second],
    ['throughput.output_tokens_per_second', throughput.output_tokens_per_second],
    ['goodput_ratio', throughput.goodput_ratio],
    ['cost.total_usd', cost?.total_usd],
  ];
  return known.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[`tokenstorm.${name}`, valueText(value)] as const],
  );
}

function valueText(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(10))) : value;
}
