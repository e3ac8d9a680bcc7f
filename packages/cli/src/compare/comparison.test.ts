import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf, skewed } from '../reporters/report.fixture.ts';
import { comparisonOf } from './comparison.ts';
import type { ComparisonInput } from './comparison.ts';
import { comparisonText } from './comparison-text.ts';

const n = 200;

function seriesOfModel(model: string, { median = 100, scenario = 'steady', failed = 0, good = n } = {}) {
  const completed = n - failed;
  return seriesOf(
    {
      ttft: skewed(completed, median, 0.3),
      e2e: skewed(completed, median * 4, 0.3),
      tpot: skewed(completed, 5, 0.1),
      output_tokens_per_second: skewed(completed, 200, 0.1),
    },
    {
      labels: { model, scenario },
      accounting: { scheduled: n, completed, failed },
      counters: { good, input_tokens: 1000 * completed, output_tokens: 1000 * completed },
    },
  );
}

function compared(
  series: ReturnType<typeof seriesOfModel>[],
  changes: Partial<ComparisonInput> & { hasSlo?: boolean } = {},
) {
  const models = [...new Set(series.map(({ labels }) => labels.model))];
  return comparisonOf({
    id: '20261121-120000-abcdef',
    name: 'test',
    createdAt: new Date(0),
    mode: 'side_by_side',
    rounds: 1,
    targets: models.map((model) => ({ provider: 'own', model })),
    reports: [reportOf(series, { hasSlo: changes.hasSlo ?? false })],
    notes: [],
    ...changes,
  });
}

describe('a comparison', () => {
  it('counts a target over all its scenarios', () => {
    const { targets } = compared([
      seriesOfModel('a', { scenario: 'one' }),
      seriesOfModel('a', { scenario: 'two', failed: 20, good: 90 }),
      seriesOfModel('b'),
    ]);
    expect(targets[0]).toMatchObject({ target: 'own/a', requests: 400, completed: 380, failed: 20 });
    expect(targets[0]?.success_ratio).toBe(0.95);
    expect(targets[0]?.error_ratio).toBe(0.05);
    expect(targets[0]?.ttft_p50_ms).toBeCloseTo(100, 0);
    // Without an SLO whatever completed is good.
    expect(targets[0]).toMatchObject({ good: 380, goodput_ratio: null, usd_per_1k_good_requests: null });
  });

  it('counts as good what met the SLO, where one is set', () => {
    const { targets } = compared([seriesOfModel('a', { good: 150 }), seriesOfModel('b')], { hasSlo: true });
    expect(targets[0]).toMatchObject({ good: 150, goodput_ratio: 0.75 });
  });

  it('tells a real difference from none, pair by pair, with all intervals together at 95 %', () => {
    const { differences } = compared([
      seriesOfModel('a'),
      seriesOfModel('b', { median: 150 }),
      seriesOfModel('c'),
    ]);
    expect(differences).toMatchObject({ against: 'all_pairs', confidence: 0.95 });
    expect(differences.pairs.map((pair) => `${pair.base} ${pair.new}`)).toEqual([
      'own/a own/b',
      'own/a own/c',
      'own/b own/c',
    ]);
    // 5 figures in each of 3 pairs; 1 - 0.05 / 15.
    expect(differences.interval_confidence).toBeCloseTo(0.996_667, 6);
    const judgements = differences.pairs.map(
      (pair) => pair.differences.find(({ metric }) => metric === 'ttft.p50')?.judgement,
    );
    expect(judgements).toEqual(['worse', expect.stringMatching(/no_difference|cannot_tell/), 'better']);
  });

  it('compares many targets with the fastest alone', () => {
    const { differences } = compared(
      ['a', 'b', 'c', 'd', 'e'].map((model, index) => seriesOfModel(model, { median: 200 - 20 * index })),
    );
    expect(differences.against).toBe('best');
    expect(differences.pairs.map(({ base }) => base)).toEqual(Array(4).fill('own/e'));
  });

  it('concludes nothing from an invalid measurement', () => {
    const series = [seriesOfModel('a'), seriesOfModel('b', { median: 300 })];
    const invalid = reportOf(series, { generator: { stampErrorBoundP99Ms: 500 } });
    const { differences, validity } = compared(series, { reports: [invalid] });
    expect(validity.level).toBe('invalid');
    const all = differences.pairs.flatMap((pair) => pair.differences.map(({ judgement }) => judgement));
    expect(new Set(all)).toEqual(new Set(['cannot_tell']));
    const text = comparisonText(compared(series, { reports: [invalid] }), { width: 120, colours: false });
    expect(text.match(/measurement is invalid/g)).toHaveLength(1);
  });

  it('shows a target that was not measured as such', () => {
    const comparison = compared([seriesOfModel('a')], {
      targets: [
        { provider: 'own', model: 'a' },
        { provider: 'own', model: 'down' },
      ],
    });
    expect(comparison.targets[1]).toMatchObject({ runs: [], requests: 0, ttft_p50_ms: null, pareto: null });
    expect(comparisonText(comparison, { width: 80, colours: false })).toMatch(/own\/down +│ +0 │ +- │/);
  });
});

describe('a comparison as text', () => {
  const comparison = compared([seriesOfModel('a'), seriesOfModel('b', { median: 150 })]);

  it.each([80, 120])('has no line over %d columns, and none that ends in a space', (width) => {
    const text = comparisonText(comparison, { width, colours: false });
    for (const line of text.split('\n')) {
      expect([...line].length).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/ $/);
    }
  });

  it('has one table where there is room for it, and two where not', () => {
    const tables = (width: number) =>
      comparisonText(comparison, { width, colours: false }).match(/┌/g)?.length;
    expect([tables(80), tables(120)]).toEqual([2, 1]);
  });

  it('says what ~ marks where it marks something', () => {
    expect(comparisonText(comparison, { width: 80, colours: false })).not.toContain('; ~');
    const short = compared([seriesOfModel('a'), seriesOfModel('b', { failed: 100 })]);
    const text = comparisonText(short, { width: 80, colours: false });
    expect(text).toContain('; ~ rests on fewer than 130 requests:');
    expect(text).toMatch(/own\/b +│ +\d+\.\d │ +~/);
  });

  it('names who is worse, and by how much', () => {
    const text = comparisonText(comparison, { width: 120, colours: false });
    expect(text).toMatch(
      /own\/b against own\/a:\n +TTFT p50 +\d+\.\d ms -> \d+\.\d ms, \+50\.\d% \(.*\): worse\n/,
    );
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Not weighed, as it is not known of all: cost.');
  });
});
