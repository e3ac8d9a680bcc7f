import type { Report, Tiers } from '@tokenstorm/core';
import { conclusionSections } from '../reporters/text/conclusion.ts';
import { errorsSection } from '../reporters/text/errors-section.ts';
import { thresholdsSection } from '../reporters/text/thresholds-section.ts';
import type { TextOptions } from '../reporters/text.ts';
import { countText, durationText, percentText, rateText } from '../view/number-text.ts';
import { pageText, plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import { labelled, shortened } from '../view/wrap.ts';
import { costSection } from './cost-section.ts';
import { profileTable } from './profile-table.ts';

/** The report of one model's run in the layout of a profile, ending in a newline. */
export function profileText(report: Report, { width, colours }: TextOptions): string {
  const page = { width, style: styleOf(colours) };
  return pageText([
    titleLines(report, page),
    factLines(report, page),
    profileTable(report, page),
    tokenLines(report, page),
    costSection(report, page),
    [successLine(report, page), ...tierLines(report.tiers, page)],
    errorsSection(report, page),
    thresholdsSection(report, page),
    ...conclusionSections(report, page),
  ]);
}

function titleLines({ run }: Report, { width, style }: Page): Section {
  const title = shortened(`Tokenstorm ${run.version} - Profile Results`, width);
  return [style.title(title), '='.repeat(title.length)];
}

function factLines({ run, accounting, groups }: Report, { width }: Page): Section {
  const [workload] = run.workloads;
  const target = workload?.targets[0] ?? '';
  const slash = target.indexOf('/');
  const { provider, model } = groups[0]?.labels ?? {
    provider: target.slice(0, slash),
    model: target.slice(slash + 1),
  };
  const rate = workload?.rate_per_second ?? null;
  const facts = [
    `Duration: ${durationText(run.duration_s * 1000)}`,
    `Requests: ${countText(accounting.scheduled)}`,
    rate === null
      ? `Concurrency: ${countText(workload?.concurrency ?? 1)}`
      : `Rate: ${rateText(rate)} requests/s`,
  ];
  return [
    ...labelled('Provider: ', `${plainText(provider)} | Model: ${plainText(model)}`, width),
    facts.join(' | '),
    ...labelled('Run: ', `${run.id} | ${run.started_at.replace(/\.\d+Z$/, 'Z')} | seed ${run.seed}`, width),
  ];
}

function tokenLines({ tokens }: Report, { width, style }: Page): Section {
  const { input, output } = tokens;
  const total = input === null || output === null ? null : input + output;
  const parts = [`Prompt: ${known(input)}`, `Completion: ${known(output)}`, `Total: ${known(total)}`];
  return [style.title('Token Usage:'), ...labelled('  ', parts.join(' | '), width)];
}

function known(count: number | null): string {
  return count === null ? 'unknown' : `${countText(count)} tokens`;
}

function successLine({ accounting }: Report, { style }: Page): string {
  const { completed, scheduled } = accounting;
  const rate = scheduled === 0 ? 'no requests' : percentText(completed / scheduled);
  return `${style.title('Success Rate:')} ${rate} (${countText(completed)}/${countText(scheduled)})`;
}

function tierLines(tiers: Tiers | null, { width, style }: Page): Section {
  if (tiers === null || tiers.overall === null) return [];
  const parts = [
    ...(tiers.ttft === null ? [] : [`TTFT ${tiers.ttft}`]),
    ...(tiers.output_tokens_per_second === null ? [] : [`Tokens/sec ${tiers.output_tokens_per_second}`]),
    `Overall ${tiers.overall}`,
  ];
  return labelled('Tiers: ', parts.join(' | '), width).map((line) =>
    line.replace(/^Tiers:/, (label) => style.title(label)),
  );
}
