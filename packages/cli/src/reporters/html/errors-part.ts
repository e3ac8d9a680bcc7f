import type { Report } from '@tokenstorm/core';
import { countText, numbered, percentText } from '../../view/number-text.ts';
import { chartGrid } from './chart.ts';
import { errorCharts } from './course.ts';
import type { Chart } from './chart.ts';
import { markup, none } from './markup.ts';
import type { Content } from './markup.ts';
import { numbers, table } from './table.ts';

interface ErrorRow {
  readonly kind: string;
  readonly count: number;
  readonly example: string | undefined;
}

/** Failed requests by kind with an example of each, and over time; what was tried again. */
export function errorsPart(report: Report, charts: readonly Chart[] = errorCharts(report)): Content {
  const { errors, error_examples: examples, accounting } = report;
  const kinds = Object.entries(errors).toSorted(([, one], [, other]) => other - one);
  if (kinds.length === 0)
    return markup`<p class="empty">No request failed.</p>
      ${retries(report)}`;
  const ended = accounting.failed + accounting.completed;
  const rows = kinds.map(([kind, count]) => ({ kind, count, example: examples[kind] }));
  return markup`${table<ErrorRow>({
    caption: 'Failed requests by kind',
    columns: [
      { title: 'Kind', cell: ({ kind }) => markup`<code>${kind}</code>` },
      numbers('Requests', ({ count }) => count, countText),
      numbers(
        'Share',
        ({ count }) => (ended === 0 ? null : count / ended),
        percentText,
        'Of the requests that were answered or failed',
      ),
      { title: 'Example', cell: ({ example }) => example && markup`<span class="message">${example}</span>` },
    ],
    rows,
  })}${retries(report)}${chartGrid(charts)}`;
}

/** How often requests were tried again, where any was. */
function retries({
  retries: { attempts, amplification, retried_requests: retried, failed_attempts: failed },
}: Report): Content {
  const kinds = Object.entries(failed).toSorted(([, one], [, other]) => other - one);
  if (kinds.length === 0 || amplification === null) return none;
  const list = kinds.map(([kind, count]) => `${countText(count)} ${kind}`).join(', ');
  return markup`<p>
    ${numbered(retried, 'request')} tried more than once: ${numbered(attempts, 'attempt')} in all
    (×${amplification.toFixed(2)}). Attempts that failed and were followed by another: ${list}.
  </p>`;
}
