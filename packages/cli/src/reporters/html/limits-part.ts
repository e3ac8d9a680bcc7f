import type { Difference, RegressionReport, RegressionResult, ThresholdResult } from '@tokenstorm/core';
import { changeText, figureText, intervalText, judgementWords } from '../../view/difference-text.ts';
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
        { title: 'Change', isNumber: true, cell: ({ difference }) => changeCell(difference) },
        { title: 'Judgement', cell: ({ difference }) => judgementMark(difference) },
        { title: 'Limit', cell: ({ limit }) => markup`<code>${limit}</code>` },
        { title: 'Result', cell: resultMark },
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
  return markup`${mark(judgementTones[judgement], judgementWords[judgement])}${reason !== null && markup` <span class="below">${reason}</span>`}`;
}

/** A limit that nothing can be said about is neither kept nor broken. */
function resultMark({ passed, difference }: RegressionResult): Content {
  if (!passed) return mark('bad', 'Broken');
  return difference.judgement === 'cannot_tell' ? mark('plain', 'Not judged') : mark('good', 'Kept');
}

function withUnit(value: number | null, unit: string): string | null {
  if (value === null) return null;
  const isPlain = unit === 'ratio' || unit === 'usd' || unit === '';
  return figureText(value, unit) + (isPlain ? '' : ` ${unit}`);
}

/** `+4.2% (+1.1 to +7.0%)`; of shares in percentage points. */
function changeCell(difference: Difference): string | null {
  if (difference.change === null) return null;
  const interval = intervalText(difference);
  return changeText(difference) + (interval === '-' ? '' : ` (${interval})`);
}
