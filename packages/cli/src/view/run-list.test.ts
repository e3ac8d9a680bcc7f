import { expect, it } from 'vitest';
import type { ListedRun } from '../history/listed-runs.ts';
import { runListText } from './run-list.ts';
import { styleOf } from './style.ts';

const run: ListedRun = {
  id: '20261121-084512-k3v9qd',
  name: 'chat\u001B[2J',
  state: 'ended',
  mode: 'local',
  regions: ['default'],
  created_at: '2026-11-21T08:45:12.000Z',
  started_at: '2026-11-21T08:45:12.000Z',
  age_s: 3725,
  duration_s: 62,
  verdict: 'passed',
  validity: 'valid',
  requests: 12_000,
  error_ratio: 0.25,
  ttft_p50_ms: 50,
  ttft_p95_ms: 104.2,
  ttft_p99_ms: 120,
  e2e_p95_ms: 2000,
  output_tokens_per_second: 1234,
  cost_usd: null,
  scenario_hash: 'abc',
  git_commit: null,
  tags: [],
};
const waiting: ListedRun = {
  ...run,
  id: 'b',
  state: 'waiting',
  mode: 'distributed',
  regions: ['eu', 'us'],
  age_s: 5,
  duration_s: null,
  verdict: null,
  validity: null,
  requests: null,
  error_ratio: null,
  ttft_p95_ms: null,
  e2e_p95_ms: null,
  output_tokens_per_second: null,
};
const style = styleOf(false);

it('lists runs, with nothing in them that a terminal would obey', () => {
  expect(runListText([run, waiting], { width: 200, style }).split('\n')).toEqual([
    '┌────────────────────────┬──────────┬─────────┬──────────┬───────────────┬────────┬────────┬──────────┬────────┬──────────┬─────────┬───────┐',
    '│ Run                    │ Name     │ State   │ Validity │ Where         │    Age │ Lasted │ Requests │ Errors │ TTFT p95 │ E2E p95 │ Tok/s │',
    '├────────────────────────┼──────────┼─────────┼──────────┼───────────────┼────────┼────────┼──────────┼────────┼──────────┼─────────┼───────┤',
    '│ 20261121-084512-k3v9qd │ chat [2J │ passed  │ valid    │ here          │ 1h 02m │ 1m 02s │   12,000 │  25.0% │ 104.2 ms │ 2000 ms │ 1,234 │',
    '│ b                      │ chat [2J │ waiting │ -        │ Redis: eu, us │     5s │      - │        - │      - │        - │       - │     - │',
    '└────────────────────────┴──────────┴─────────┴──────────┴───────────────┴────────┴────────┴──────────┴────────┴──────────┴─────────┴───────┘',
    '',
  ]);
});

it.each([
  [80, ['Run', 'Name', 'State', 'Validity', 'Tags', 'TTFT p95']],
  [100, ['Run', 'Name', 'State', 'Validity', 'Tags', 'Age', 'Errors', 'TTFT p95']],
])('leaves out in %i columns what there is no room for', (width, titles) => {
  const text = runListText([{ ...run, name: 'a'.repeat(9), tags: ['base'] }], { width, style });
  expect(
    text
      .split('\n')[1]
      ?.split('│')
      .map((title) => title.trim())
      .filter(Boolean),
  ).toEqual(titles);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
});
