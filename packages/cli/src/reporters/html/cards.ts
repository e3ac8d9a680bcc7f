import { sampleFloors, usdText } from '@tokenstorm/core';
import type { MetricSummary, Report } from '@tokenstorm/core';
import { dollarText } from '../../view/dollar-text.ts';
import { countText, measureText, percentText, rateText, scaleOf } from '../../view/number-text.ts';
import { markup } from './markup.ts';
import type { Content, Html } from './markup.ts';

/** One figure of the run. */
interface Card {
  readonly label: string;
  /** `null` where it is not known. */
  readonly value: string | null;
  readonly unit?: string;
  /** The exact value behind it. */
  readonly exact?: number | null;
  readonly below?: Content;
}

/** The figures that are asked for first, and how all requests ended. */
export function summaryCards(report: Report): Html {
  const cards = [...outcomeCards(report), ...latencyCards(report), ...yieldCards(report)];
  const columns = cards.length > 7 ? Math.ceil(cards.length / 2) : cards.length;
  return markup`<dl class="cards" style="--columns: ${columns}">${cards.map(card)}</dl>
    ${accounting(report)}`;
}

function card({ label, value, unit, exact, below }: Card): Html {
  return markup`<div class="card panel">
    <dt>${label}</dt>
    <dd>
      <data value="${exact ?? ''}" class="figure">${value ?? '–'}</data
      >${value !== null && unit !== undefined && markup` <span class="unit">${unit}</span>`}${
        below !== undefined && markup`<span class="below">${below}</span>`
      }
    </dd>
  </div>`;
}

function outcomeCards({ accounting: counts, throughput }: Report): Card[] {
  const { scheduled, completed, failed } = counts;
  const rate = throughput.requests_per_second;
  const share = scheduled === 0 ? null : completed / scheduled;
  return [
    {
      label: 'Requests',
      value: countText(scheduled),
      exact: scheduled,
      below: rate === null ? undefined : `${rateText(rate)} a second completed`,
    },
    {
      label: 'Success rate',
      value: share === null ? null : percentText(share),
      exact: share,
      below: failed === 0 ? 'none failed' : `${countText(failed)} failed`,
    },
  ];
}

function latencyCards({ metrics: { ttft, e2e } }: Report): Card[] {
  return [
    latency('TTFT p50', ttft, 'p50', 'time to first token'),
    latency('TTFT p95', ttft, 'p95'),
    latency('TTFT p99', ttft, 'p99'),
    latency('E2E p95', e2e, 'p95', 'total duration'),
  ];
}

function latency(
  label: string,
  summary: MetricSummary | undefined,
  key: 'p50' | 'p95' | 'p99',
  below?: string,
): Card {
  if (summary === undefined) return { label, value: null, below };
  const { unit, factor } = scaleOf(summary.unit, summary[key]);
  const isWeak = key !== 'p50' && summary.count < sampleFloors[key];
  return {
    label,
    value: (isWeak ? '~' : '') + measureText(summary[key] * factor),
    unit,
    exact: summary[key],
    below: isWeak ? `of ${countText(summary.count)} only` : (below ?? `of ${countText(summary.count)}`),
  };
}

function yieldCards({ throughput, tokens, cost, scores, tiers, metrics }: Report): Card[] {
  const { output_tokens_per_second: rate, goodput_ratio: good } = throughput;
  const perUser = metrics.output_tokens_per_second;
  return [
    {
      label: 'Output tokens/s',
      value: rate === null || tokens.source === null ? null : rateText(rate),
      exact: rate,
      below: perUser === undefined ? undefined : `${measureText(perUser.p50)} per user`,
    },
    ...(good === null
      ? []
      : [{ label: 'Goodput', value: percentText(good), exact: good, below: 'kept every SLO' }]),
    ...(cost === null ? [] : [costCard(cost)]),
    ...scoreCards(scores),
    ...(tiers?.overall === null || tiers === null
      ? []
      : [{ label: 'Tier', value: tiers.overall, below: tierText(tiers) }]),
  ];
}

function costCard({ total_usd: total, per_request_usd: each }: NonNullable<Report['cost']>): Card {
  const below =
    total === null ? 'a price is missing' : each === null ? undefined : `${usdText(each)} a request`;
  return { label: 'Cost', value: dollarText(total), exact: total, below };
}

function scoreCards(scores: Report['scores']): Card[] {
  const names = [
    ['first_token', 'TTFT score'],
    ['total', 'E2E score'],
  ] as const;
  return names.flatMap(([key, label]) => {
    const score = scores?.[key];
    if (score === undefined) return [];
    return [{ label, value: score.mean.toFixed(3), exact: score.mean, below: `aims at ${score.target_s} s` }];
  });
}

function tierText({ ttft, output_tokens_per_second: rate }: NonNullable<Report['tiers']>): string {
  return [...(ttft === null ? [] : [`TTFT ${ttft}`]), ...(rate === null ? [] : [`speed ${rate}`])].join(', ');
}

/** The accounting equation. */
function accounting({ accounting: counts }: Report): Html {
  const { scheduled, completed, failed, dropped, lost, cancelled } = counts;
  const parts = Object.entries({ completed, failed, dropped, lost, cancelled });
  return markup`<p class="accounting">
    Every request accounted for: <b>${countText(scheduled)}</b> scheduled =
    ${parts.map(
      ([name, count], index) =>
        markup`${index > 0 && ' + '}<b${count === 0 && markup` class="zero"`}>${countText(count)}</b> ${name}`,
    )}
  </p>`;
}
