import type { Report, Score, Tier, Tiers } from '@tokenstorm/core';
import type { Page, Section } from '../../view/page.ts';
import { durationText, measureText } from '../../view/number-text.ts';
import { labelled } from '../../view/wrap.ts';

/** The tiers of the medians, and timer_score where the scenario has targets. */
export function scoresSection({ scores, tiers, metrics }: Report, { width, style }: Page): Section {
  const { first_token: first, total } = scores ?? {};
  const scored = [
    ...(first === undefined ? [] : [scoreText('first token', first)]),
    ...(total === undefined ? [] : [scoreText('total', total)]),
  ];
  return [
    ...(tiers === null ? [] : titled('Tier', tierText(tiers, metrics), { width, style })),
    ...(scored.length === 0
      ? []
      : [
          style.title('timer_score (0.5 at the target, 1 is best):'),
          ...scored.flatMap((text) => labelled('  ', text, width)),
        ]),
  ];
}

function titled(title: string, text: string, { width, style }: Page): string[] {
  const [first = '', ...rest] = labelled(`${title}: `, text, width);
  return [first.replace(`${title}:`, () => style.title(`${title}:`)), ...rest];
}

/** `good (TTFT p50 432ms: excellent, 61.2 tok/s p50: good)`. */
function tierText(
  { ttft, output_tokens_per_second: rate, overall }: Tiers,
  metrics: Report['metrics'],
): string {
  const parts = [
    ...(ttft === null ? [] : [figure(`TTFT p50 ${durationText(metrics.ttft?.p50 ?? 0)}`, ttft)]),
    ...(rate === null
      ? []
      : [figure(`${measureText(metrics.output_tokens_per_second?.p50 ?? 0)} tok/s p50`, rate)]),
  ];
  return `${overall ?? 'unknown'} (${parts.join(', ')})`;
}

function figure(text: string, tier: Tier): string {
  return `${text}: ${tier}`;
}

function scoreText(name: string, { target_s, mean, p50, p95 }: Score): string {
  const [meanText, medianText, tailText] = [mean, p50, p95].map((score) => score.toFixed(3));
  return `${name}, target ${durationText(target_s * 1000)}: mean ${meanText} | p50 ${medianText} | p95 ${tailText}`;
}
