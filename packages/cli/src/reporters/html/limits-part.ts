import type { Difference, RegressionReport, RegressionResult, ThresholdResult } from '@tokenstorm/core';
import { measureText, percentText } from '../../view/number-text.ts';
import { measuredText } from '../text/thresholds-section.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { mark } from './section.ts';
import type { Tone } from './section.ts';
import { table } from './table.ts';

/** Each threshold, and what was measured. */
export function thresholdsPart(thresholds: readonly ThresholdResult[]): Content {
  return table({
    caption: 'Thresholds and what was measured',
    columns: [
      { title: 'Metric', cell: ({ metric }) => markup`<code>${metric}</code>` },
      { title: 'Limit', cell: ({ expression }) => markup`<code>${expression}</code>` },
      { title: 'Measured', isNumber: true, cell: measuredText, value: ({ measured }) => measured },
      {
        title: 'Result',
        cell: ({ passed, aborted }) =>
          markup`${passed ? mark('good', 'Held') : mark('bad', 'Broken')}${aborted && ', stopped the run'}`,
      },
    ],
    rows: thresholds,
  });
}

/** How the run compares with its baseline, limit by limit. */
export function regressionPart({ baseline, confidence, results }: RegressionReport): Content {
  return markup`<p>
      Against <code>${baseline}</code>, with ${Number((confidence * 100).toFixed(2))}% confidence: a change is called better
      or worse where its confidence interval does not include 0.
    </p>
    ${table<RegressionResult>({
      caption: 'Changes against the baseline',
      columns: [
        { title: 'Metric', cell: ({ metric }) => markup`<code>${metric}</code>` },
        {
          title: 'Baseline',
          isNumber: true,
          cell: ({ difference }) => withUnit(difference.base, difference.unit),
        },
        {
          title: 'This run',
          isNumber: true,
          cell: ({ difference }) => withUnit(difference.new, difference.unit),
        },
        { title: 'Change', isNumber: true, cell: ({ difference }) => changeText(difference) },
        { title: 'Judgement', cell: ({ difference }) => judgementMark(difference) },
        { title: 'Limit', cell: ({ limit }) => markup`<code>${limit}</code>` },
        { title: 'Result', cell: ({ passed }) => (passed ? mark('good', 'Kept') : mark('bad', 'Broken')) },
      ],
      rows: results,
    })}`;
}

const judgementTones: Readonly<Record<Difference['judgement'], Tone>> = {
  better: 'good',
  worse: 'bad',
  no_difference: 'plain',
  cannot_tell: 'plain',
};

function judgementMark({ judgement, reason }: Difference): Content {
  const word = judgement.replaceAll('_', ' ');
  return markup`${mark(judgementTones[judgement], word)}${reason !== null && markup` <span class="below">${reason}</span>`}`;
}

function withUnit(value: number | null, unit: string): string | null {
  if (value === null) return null;
  return unit === 'ratio' ? percentText(value) : `${measureText(value)} ${unit}`;
}

/** `+4.2% (+1.1% to +7.0%)`; of shares in percentage points. */
function changeText({ unit, change, change_ratio, interval, interval_ratio }: Difference): string | null {
  const isShare = unit === 'ratio';
  const value = isShare ? change : change_ratio;
  const range = isShare ? interval : interval_ratio;
  const text = (ratio: number) =>
    `${ratio < 0 ? '−' : '+'}${(Math.abs(ratio) * 100).toFixed(1)}${isShare ? ' pp' : '%'}`;
  if (value === null)
    return change === null ? null : `${change < 0 ? '−' : '+'}${measureText(Math.abs(change))} ${unit}`;
  return range === null ? text(value) : `${text(value)} (${text(range[0])} to ${text(range[1])})`;
}
