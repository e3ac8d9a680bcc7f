import { describe, expect, it } from 'vitest';
import { readListOptions, readOneRunOptions, readPruneOptions, readTrendOptions } from './history-options.ts';

const redis = { TOKENSTORM_REDIS_URL: 'redis://h:1' };

describe('runs', () => {
  it('lists 20 as a table and all as JSON, also over Redis where the environment names one', () => {
    expect(readListOptions({}, {})).toEqual({
      action: 'list',
      choice: {},
      limit: 20,
      json: false,
      color: true,
    });
    expect(readListOptions({ json: true }, redis)).toMatchObject({
      limit: Infinity,
      redisUrl: 'redis://h:1',
    });
    expect(readListOptions({ local: true }, redis)).not.toHaveProperty('redisUrl');
  });

  it.each([
    ['7d', { agoMs: 7 * 24 * 3600 * 1000 }],
    ['90', { agoMs: 90_000 }],
    ['2026-11-21', { epochMs: new Date(2026, 10, 21).getTime() }],
    ['2026-11-21T08:45Z', { epochMs: Date.UTC(2026, 10, 21, 8, 45) }],
  ])('takes --since %s', (since, expected) => {
    expect(readListOptions({ since: [since] }, {}).choice.since).toEqual(expected);
  });

  it.each([
    [
      () => readListOptions({ since: ['yesterday'] }, {}),
      '--since yesterday: expected a length of time (7d, 12h)',
    ],
    [() => readListOptions({ since: ['2026-13-40'] }, {}), '--since 2026-13-40: expected'],
    [() => readListOptions({ limit: ['0'] }, {}), '--limit 0: expected a whole number of at least 1'],
    [() => readListOptions({ local: true, redis: ['redis://h'] }, {}), '--local and --redis: choose one'],
    [() => readPruneOptions({}), 'say which runs may go'],
    [() => readOneRunOptions('tag', ['latest', 'a b'], {}, {}), 'tag "a b": expected at most 64 letters'],
    [() => readOneRunOptions('tag', ['latest', '@latest'], {}, {}), 'tag latest: it means a run already'],
    [() => readOneRunOptions('tag', ['x', '20261121-084512-k3v9qd'], {}, {}), 'it means a run already'],
  ])('%# is refused', (read, message) => {
    expect(read).toThrow(message);
  });

  it('reads what the commands below it are given', () => {
    expect(readTrendOptions({ tag: ['@nightly'] }, {})).toMatchObject({
      action: 'trend',
      metric: 'ttft.p95',
      limit: 30,
      choice: { tag: 'nightly' },
    });
    expect(readPruneOptions({ keep: ['0'], olderThan: ['30d'], tagged: true })).toEqual({
      action: 'prune',
      keep: 0,
      olderThanMs: 30 * 24 * 3600 * 1000,
      tagged: true,
      dryRun: false,
    });
    expect(readOneRunOptions('tag', ['latest', '@base', 'v1.2'], {}, {})).toEqual({
      action: 'tag',
      run: 'latest',
      tags: ['base', 'v1.2'],
    });
  });
});
