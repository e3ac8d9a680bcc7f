import { countText } from '../view/number-text.ts';
import { timeOfDay } from './call-line.ts';
import type { MonitoredCall } from './monitored-call.ts';

/** Calls that the timeline shows. */
const shown = 20;
const longestBar = 40;

/** The tokens of the latest calls, one line each: a bar, the call's tokens, and those of the session up to it. */
export function timelineText(calls: readonly MonitoredCall[], width: number): readonly string[] {
  let cumulative = 0;
  const rows = calls.map((call) => {
    const tokens = (call.input_tokens ?? 0) + (call.output_tokens ?? 0);
    cumulative += tokens;
    return { call, tokens, cumulative };
  });
  const latest = rows.slice(-shown);
  const most = Math.max(1, ...latest.map(({ tokens }) => tokens));
  const counts = aligned(latest.map(({ tokens }) => countText(tokens)));
  const sums = aligned(latest.map((row) => countText(row.cumulative)));
  const room = Math.min(longestBar, width - 28 - (counts[0]?.length ?? 0) - (sums[0]?.length ?? 0));
  return latest.map(({ call, tokens }, index) => {
    const bar = '▓'.repeat(tokens === 0 ? 0 : Math.max(1, Math.round((tokens / most) * room)));
    const failed = call.outcome === 'completed' ? '' : ` ${call.outcome}`;
    return `  ${timeOfDay(call.at)} │${bar.padEnd(room)} ${counts[index]} (total ${sums[index]})${failed}`;
  });
}

function aligned(texts: readonly string[]): readonly string[] {
  const width = Math.max(0, ...texts.map(({ length }) => length));
  return texts.map((text) => text.padStart(width));
}
