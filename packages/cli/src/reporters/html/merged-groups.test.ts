import { describe, expect, it } from 'vitest';
import { reportOf, seriesOf } from '../report.fixture.ts';
import { mergedGroups, mergedPercentile, valueCount } from './merged-groups.ts';

const values = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
const accounting = { scheduled: 50, completed: 50 };
const { groups } = reportOf([
  seriesOf({ ttft: values(1, 50) }, { labels: { region: 'eu', model: 'a' }, accounting }),
  seriesOf({ ttft: values(51, 50) }, { labels: { region: 'eu', model: 'b' }, accounting }),
  seriesOf({ ttft: [7] }, { labels: { region: 'us', model: 'a' }, accounting }),
]);
const byRegion = mergedGroups(groups, ({ labels }) => labels.region);

describe('groups of a label', () => {
  it('are one, with their counts added up', () => {
    expect(byRegion.map(({ name, accounting: counts }) => [name, counts.completed])).toEqual([
      ['eu', 100],
      ['us', 50],
    ]);
    expect(byRegion.map((row) => valueCount(row, 'ttft'))).toEqual([100, 1]);
  });

  it('have the percentiles of all their values, not a mean of theirs', () => {
    const [eu, us] = byRegion;
    // The values 1 to 100: a rank is a value.
    expect(mergedPercentile(eu!, 'ttft', 'p50')).toBeCloseTo(50, 1);
    expect(mergedPercentile(eu!, 'ttft', 'p95')).toBeCloseTo(95, 1);
    expect(mergedPercentile(us!, 'ttft', 'p95')).toBe(7);
  });

  it('have none where the report does not hold the distributions', () => {
    const older = groups.map((group) => ({ ...group, distributions: {} }));
    const [eu, us] = mergedGroups(older, ({ labels }) => labels.region);
    expect(mergedPercentile(eu!, 'ttft', 'p50')).toBeNull();
    expect(mergedPercentile(us!, 'ttft', 'p50')).toBe(7);
    expect(mergedPercentile(us!, 'e2e', 'p50')).toBeNull();
  });
});
