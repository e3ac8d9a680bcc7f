import type { GeneratorReport, Report, ValidityLevel, Verdict } from '@tokenstorm/core';
import { countText, durationText, measureText, percentText, rateText } from '../../view/number-text.ts';
import { validityWords, verdictWords } from '../text/conclusion.ts';
import { loadText } from '../text/header.ts';
import { codeOf, proseOf } from './escape.ts';

const verdictMarks: Readonly<Record<Verdict, string>> = {
  passed: '✅',
  failed: '❌',
  aborted: '❌',
  interrupted: '⚠️',
};

const validityMarks: Readonly<Record<ValidityLevel, string>> = { valid: '✅', suspect: '⚠️', invalid: '❌' };

const mostReasons = 20;

/** Name, verdict, validity with its reasons, and what became of the requests. */
export function headSection(report: Report): string {
  const { verdict, validity, run } = report;
  const { level, reasons } = validity;
  const lines = [
    `${verdictMarks[verdict]} **${verdict.toUpperCase()}.** ${proseOf(verdictWords(report))}.`,
    `${validityMarks[level]} **Validity: ${level.toUpperCase()}.** ${proseOf(validityWords(report))}.`,
  ];
  const bullets = reasons.slice(0, mostReasons).map(({ detail }) => `- ${proseOf(detail)}`);
  return [
    `## Tokenstorm: ${proseOf(run.name, 100)}`,
    lines.join('<br>\n'),
    ...(bullets.length === 0 ? [] : [bullets.join('\n')]),
    outcomeText(report),
  ].join('\n\n');
}

function outcomeText({ accounting, throughput, tokens }: Report): string {
  const { scheduled, completed } = accounting;
  const share = scheduled === 0 ? 'no requests' : percentText(completed / scheduled);
  const others = (['failed', 'dropped', 'lost', 'cancelled'] as const)
    .filter((outcome) => accounting[outcome] > 0)
    .map((outcome) => `${countText(accounting[outcome])} ${outcome}`);
  const { requests_per_second: requests, output_tokens_per_second: output, goodput_ratio: good } = throughput;
  return [
    [`**${share}** of ${countText(scheduled)} requests succeeded`, ...others].join(', '),
    ...(requests === null ? [] : [`${rateText(requests)} requests/s`]),
    ...(output === null || tokens.source === null ? [] : [`${rateText(output)} output tokens/s`]),
    ...(good === null ? [] : [`goodput **${percentText(good)}** within the SLO`]),
  ].join(' · ');
}

/** What ran, and how the load generator was. */
export function runSection({ run, generator }: Report): string {
  const targets = [...new Set(run.workloads.flatMap((workload) => workload.targets))];
  const facts = [
    `- Targets: ${targets
      .slice(0, 20)
      .map((target) => codeOf(target))
      .join(', ')}${targets.length > 20 ? ', …' : ''}`,
    ...run.workloads.slice(0, 20).map((workload) => `- Load: ${proseOf(loadText(workload), 200)}`),
    `- Run: ${codeOf(run.id)}, ${proseOf(run.started_at.replace(/\.\d+Z$/, 'Z'))}, ${durationText(run.duration_s * 1000)}, seed ${run.seed}`,
    `- Regions: ${run.regions
      .slice(0, 20)
      .map((region) => codeOf(region))
      .join(', ')} · Workers: ${countText(run.workers)} · Tokenstorm ${proseOf(run.version)}`,
    ...generatorText(generator),
  ];
  return `### Run\n\n${facts.join('\n')}`;
}

function generatorText(generator: GeneratorReport): string[] {
  const { schedule_lag_p99_ms: late, send_delay_p99_ms: slow, stamp_error_bound_p99_ms: stamps } = generator;
  const parts = [
    ...(late === null ? [] : [`late by ${measureText(late)} ms`]),
    ...(slow === null ? [] : [`slow to send by ${measureText(slow)} ms`]),
    ...(stamps === null ? [] : [`time stamps late by at most ${measureText(stamps)} ms`]),
  ];
  return parts.length === 0 ? [] : [`- Load generator, p99: ${parts.join(', ')}`];
}
