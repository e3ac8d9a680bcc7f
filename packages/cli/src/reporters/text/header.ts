import type { Report, WorkloadFacts } from '@tokenstorm/core';
import { countText, durationText, numbered, rateText } from '../../view/number-text.ts';
import { plainText } from '../../view/page.ts';
import type { Page, Section } from '../../view/page.ts';
import { labelled, shortened } from '../../view/wrap.ts';

/** What ran: name, targets, load, how long, how many requests, where. */
export function headerSections(report: Report, { width, style }: Page): Section[] {
  const { run, accounting } = report;
  const title = shortened(`Tokenstorm ${run.version}: ${plainText(run.name)}`, width);
  const targets = [...new Set(run.workloads.flatMap((workload) => workload.targets))].map(plainText);
  const facts = [
    ['Targets:  ', targets.join(', ')],
    ...run.workloads.map((workload, index) => [
      index === 0 ? 'Load:     ' : '          ',
      loadText(workload),
    ]),
    [
      'Duration: ',
      `${durationText(run.duration_s * 1000)} | Requests: ${countText(accounting.scheduled)}${places(run)}`,
    ],
    ['Run:      ', `${plainText(run.id)} | ${run.started_at.replace(/\.\d+Z$/, 'Z')} | seed ${run.seed}`],
  ] as const;
  return [
    [style.title(title), '='.repeat(title.length)],
    facts.flatMap(([label = '', text = '']) => labelled(label, text, width)),
  ];
}

function places(run: Report['run']): string {
  const regions = run.regions.length > 1 ? ` | Regions: ${run.regions.map(plainText).join(', ')}` : '';
  return `${regions} | Workers: ${run.workers}`;
}

/** A load in words: `steady: 20 requests/s for 30s (constant-arrival-rate)`. */
export function loadText(facts: WorkloadFacts): string {
  return `${plainText(facts.scenario)}: ${amountText(facts)}${lengthText(facts)} (${facts.executor})`;
}

function amountText(facts: WorkloadFacts): string {
  const most = facts.executor.startsWith('ramping') ? 'up to ' : '';
  const each = facts.targets.length > 1 ? ' to each target' : '';
  if (facts.rate_per_second !== null) return `${most}${rateText(facts.rate_per_second)} requests/s${each}`;
  const users = facts.concurrency ?? 1;
  if (facts.requests !== null)
    return `${numbered(facts.requests, 'request')}${each}, ${countText(users)} at a time`;
  return `${most}${numbered(users, 'virtual user')}${each}`;
}

function lengthText(facts: WorkloadFacts): string {
  return facts.duration_s === null ? '' : ` for ${durationText(facts.duration_s * 1000)}`;
}
