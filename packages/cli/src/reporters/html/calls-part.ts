import type { Report, ReportCall } from '@tokenstorm/core';
import { countText, measureText } from '../../view/number-text.ts';
import { markup } from './markup.ts';
import type { Content } from './markup.ts';
import { mark } from './section.ts';
import type { Tone } from './section.ts';
import { named, numbers, table } from './table.ts';
import type { HtmlColumn } from './table.ts';

/** Single requests: the first of each kind of error, the slowest, the latest. */
export function callsPart({ calls, run }: Report): Content {
  if (calls.length === 0) return markup`<p class="empty">No request is known by itself.</p>`;
  const columns: readonly HtmlColumn<ReportCall>[] = [
    {
      title: 'Start',
      isNumber: true,
      value: ({ start_ms: ms }) => ms,
      cell: ({ start_ms: ms }) => `${(ms / 1000).toFixed(2)} s`,
    },
    { title: 'Outcome', cell: ({ outcome }) => mark(tones[outcome] ?? 'plain', outcome) },
    {
      title: 'Model',
      cell: ({ labels }) => named(`${labels.provider}/${labels.model}`),
    },
    ...(run.regions.length > 1 ? [{ title: 'Region', cell: ({ labels }: ReportCall) => labels.region }] : []),
    numbers('TTFT (ms)', ({ ttft_ms: ms }) => ms, measureText),
    numbers('E2E (ms)', ({ e2e_ms: ms }) => ms, measureText),
    numbers('Input tokens', ({ input_tokens: count }) => count, countText),
    numbers('Output tokens', ({ output_tokens: count }) => count, countText),
    { title: 'Error', cell: errorCell },
  ];
  return markup`<p class="hint">The first of each kind of error, the ten slowest and the ten latest.</p>
    ${table({
      caption: 'Single requests',
      columns,
      rows: calls,
      isSortable: true,
    })}`;
}

const tones: Readonly<Partial<Record<string, Tone>>> = {
  completed: 'good',
  failed: 'bad',
  dropped: 'warning',
  lost: 'warning',
};

function errorCell({ error, message }: ReportCall): Content {
  if (error === null) return null;
  return markup`<code>${error}</code>${message !== null && markup` <span class="message">${message}</span>`}`;
}
