import { usdText } from '@tokenstorm/core';
import { numbered, percentText, shortCountText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import { msText, shortMeasure, tierText } from './call-line.ts';
import { errorHint } from './error-hints.ts';
import type { MonitoredCall } from './monitored-call.ts';
import type { Page } from '../view/page.ts';
import type { Style } from '../view/style.ts';
import { costText, sumOf, trendOf } from './stats-text.ts';

/** What a call came to, below its answer: times, speed, tokens, cost and tier; or why it failed, and what to do. */
export function callStatus(call: MonitoredCall, { style, width }: Page): readonly string[] {
  if (call.outcome === 'cancelled') return [style.warning(`Cancelled after ${msText(call.duration_ms)}.`)];
  if (call.error !== null) return failureStatus(call, call.error, style);
  const { ttft, e2e, output_tokens_per_second: speed } = call.metrics;
  const source =
    call.tokens_source === 'provider' || call.tokens_source === null ? '' : ` ${call.tokens_source}`;
  const parts = [
    ...(ttft === undefined ? ['not streamed'] : [`TTFT ${msText(ttft)}`]),
    `total ${msText(e2e)}`,
    ...(speed === undefined ? [] : [`${shortMeasure(speed)} tok/s`]),
    `${countText(call.input_tokens)} in, ${countText(call.output_tokens)} out${source}`,
    call.cost_usd === null ? 'cost unknown' : usdText(call.cost_usd),
  ];
  const { overall } = call.tiers;
  const lines = fitted([...parts, ...(overall === null ? [] : [overall])], width);
  const last = lines.pop() ?? '';
  const rest = overall === null ? last : last.slice(0, -overall.length);
  const tier = overall === null ? '' : tierText(overall, style);
  return [...lines.map((line) => style.faint(line)), style.faint(rest) + tier];
}

function failureStatus(call: MonitoredCall, error: string, style: Style): readonly string[] {
  const hint = errorHint(error);
  const what = `${style.bad('FAILED')} after ${msText(call.duration_ms)}, ${error}: ${plainText(call.message ?? '')}`;
  return hint === undefined ? [what] : [what, `  hint: ${hint}`];
}

/** The session so far, in one line where that is wide enough. */
export function totalsStatus(calls: readonly MonitoredCall[], { style, width }: Page): readonly string[] {
  const completed = calls.filter(({ outcome }) => outcome === 'completed');
  const ended = calls.filter(({ outcome }) => outcome !== 'cancelled').length;
  const cancelled = calls.length - ended;
  const ttft = trendOf(completed, 'ttft');
  const tokens = sumOf(completed, 'input_tokens') + sumOf(completed, 'output_tokens');
  const parts = [
    numbered(calls.length, 'call') + (cancelled === 0 ? '' : ` (${cancelled} cancelled)`),
    ...(ended === 0 ? [] : [`${percentText(completed.length / ended)} succeeded`]),
    `${shortCountText(tokens)} tokens`,
    ...(completed.length === 0 ? [] : [`cost ${costText(completed)}`]),
    ...(ttft.count === 0 ? [] : [`TTFT p50 ${msText(ttft.quantile(0.5))}`]),
  ];
  return fitted(parts, width).map((line) => style.faint(line));
}

/** Parts of a line, broken between them where it is too long. */
function fitted(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + part.length <= width)
      lines[lines.length - 1] = `${last} | ${part}`;
    else lines.push(part);
  }
  return lines;
}

function countText(count: number | null): string {
  return count === null ? '?' : shortCountText(count);
}
