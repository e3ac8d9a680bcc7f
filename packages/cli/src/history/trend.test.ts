import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { styleOf } from '../view/style.ts';
import { trendChart } from '../view/trend-chart.ts';
import { reportFor } from './history.fixture.ts';
import { withHistory } from './open-history.ts';
import { prunedRuns } from './prune.ts';
import type { RunHistory } from './run-history.ts';
import { summaryOf } from './run-summary.ts';
import { trendMetric } from './trend-metric.ts';
import { trendOf } from './trend.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tokenstorm-trend-'));
  await use((history) => {
    [100, 900, 200, 150].forEach((ttft, day) => {
      const id = `2026112${day}-084512-aaaaaa`;
      const report = reportFor({ id, ttft, validity: ttft === 900 ? 'invalid' : 'valid' });
      history.record(summaryOf(report, null), { report, allowInvalid: false, failOn: 'invalid' });
    });
    const other = reportFor({ id: '20261125-084512-bbbbbb', name: 'rag' });
    history.record(summaryOf(other, null), { report: other, allowInvalid: false, failOn: 'invalid' });
    history.tag('20261120-084512-aaaaaa', ['baseline'], 1);
  });
});
afterAll(() => rm(home, { recursive: true }));

const use = <T>(work: (history: RunHistory) => T) => withHistory({ TOKENSTORM_HOME: home }, work);
const all = { choice: { name: 'chat' }, limit: 30, nowEpochMs: 0 };

describe('a trend', () => {
  it('has the runs of a name from the oldest on, and a median without the invalid ones', async () => {
    const trend = await use((history) => trendOf(history, trendMetric('ttft.p95'), all));
    expect(trend.runs.map(({ value }) => value)).toEqual([100, 900, 200, 150]);
    expect([trend.median, trend.unit]).toEqual([150, 'ms']);
    const latest = await use((history) =>
      trendOf(history, trendMetric('errors'), { choice: {}, limit: 30, nowEpochMs: 0 }),
    );
    expect([latest.name, latest.runs.map(({ value }) => value)]).toEqual(['rag', [0.25]]);
  });

  it('is drawn from 0 on, in the width there is, with what sets runs apart', async () => {
    const trend = await use((history) => trendOf(history, trendMetric('ttft'), { ...all, limit: 4 }));
    const text = trendChart(trend, { width: 80, style: styleOf(false) });
    expect(text.split('\n')).toEqual([
      'ttft.p95 (ms) of chat, 4 runs, the oldest first:',
      `  20261120-084512-aaaaaa  100.0 ████▎${' '.repeat(33)} @baseline`,
      `  20261121-084512-aaaaaa  900.0 ${'░'.repeat(38)} invalid`,
      `  20261122-084512-aaaaaa  200.0 ████████▌`,
      `  20261123-084512-aaaaaa  150.0 ██████▍`,
      '',
      'Median 150.0, the latest 150.0.',
      '1 run measured the load generator (invalid, ░): left out of the median.',
      '',
    ]);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    ['tttf.p95', 'there is no metric tttf', 'did you mean `ttft`?'],
    ['ttft.p42', 'there is no statistic p42', 'statistics: min,'],
    ['constructor', 'there is no metric constructor', 'known here: '],
  ])('knows nothing of %s', (name, message, hint) => {
    expect(() => trendMetric(name)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('says which names there are where none is as asked for', async () => {
    const asked = { choice: { name: 'chta' }, limit: 5, nowEpochMs: 0 };
    await expect(use((history) => trendOf(history, trendMetric('ttft'), asked))).rejects.toMatchObject({
      hint: 'did you mean --name chat?',
    });
  });
});

describe('pruning', () => {
  const now = Date.UTC(2026, 10, 26);
  const day = 24 * 3600 * 1000;
  const base = { action: 'prune', tagged: false, dryRun: false } as const;

  it.each([
    [{ keep: 2 }, ['20261121', '20261122']],
    [{ keep: 2, tagged: true }, ['20261120', '20261121', '20261122']],
    [{ olderThanMs: 4 * day }, ['20261121']],
    [{ keep: 1, name: 'chat', olderThanMs: 0 }, ['20261121', '20261122']],
    [{ keep: 0, name: 'rag' }, ['20261125']],
  ])('%j takes %j', async (options, dates) => {
    const runs = await use((history) => history.list());
    const going = prunedRuns(runs, { ...base, ...options }, now);
    expect(going.map(({ id }) => id.slice(0, 8)).toSorted()).toEqual(dates);
  });
});
