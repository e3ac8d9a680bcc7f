import { describe, expect, it } from 'vitest';
import { readRunOptions } from './read-run-options.ts';

type Parsed = Readonly<Record<string, unknown>>;

const environment = { TOKENSTORM_REDIS_URL: ' redis://env:2 ' };
const distributed = (parsed: Parsed, env = {}) => readRunOptions('a.yaml', parsed, env).distributed;

describe('a run over Redis', () => {
  it('is one that is asked for: the variable alone is not enough', () => {
    expect(distributed({}, environment)).toBeUndefined();
    const waits = { minWorkers: 1, readyTimeoutMs: 60_000, detach: false, giveUpMs: 60_000 };
    expect(distributed({ redis: ['redis://h:1'] }, environment)).toEqual({
      redisUrl: 'redis://h:1',
      ...waits,
    });
    expect(distributed({ redis: [''] }, environment)).toEqual({ redisUrl: 'redis://env:2', ...waits });
  });

  it('waits as it is told', () => {
    const parsed = { redis: ['redis://h'], minWorkers: ['3'], readyTimeout: ['2m'], detach: true };
    expect(distributed(parsed)).toMatchObject({ minWorkers: 3, readyTimeoutMs: 120_000, detach: true });
    expect(distributed({ ...parsed, readyTimeout: ['0'] })).toMatchObject({ readyTimeoutMs: 0 });
  });

  it('keeps no snapshots here, which is no contradiction to asking for none', () => {
    expect(distributed({ redis: ['redis://h'], snapshotLog: false })).toBeDefined();
  });

  it.each<readonly [Parsed, RegExp]>([
    [{ redis: [''] }, /^--redis URL is missing; TOKENSTORM_REDIS_URL does the same$/],
    [{ minWorkers: ['2'] }, /^--min-workers needs --redis$/],
    [{ readyTimeout: ['2s'] }, /^--ready-timeout needs --redis$/],
    [{ giveUp: ['9s'] }, /^--give-up needs --redis$/],
    [{ redis: ['redis://h'], giveUp: ['5ms'] }, /^--give-up 5ms: expected at least 1s$/],
    [{ detach: true }, /^--detach needs --redis$/],
    [{ redis: ['redis://h'], minWorkers: ['0'] }, /^--min-workers 0: expected a whole number of at least 1/],
    [{ redis: ['redis://h'], readyTimeout: ['soon'] }, /^--ready-timeout soon: expected a length of time/],
    [{ redis: ['redis://h'], withSim: true }, /^--with-sim and --redis: choose one \(start tokenstorm sim/],
    [{ redis: ['redis://h'], processes: ['2'] }, /^--processes and --redis: choose one \(tokenstorm worker/],
    [{ redis: ['redis://h'], debug: true }, /^--debug and --redis: choose one/],
    [{ redis: ['redis://h'], snapshotLog: ['a.jsonl'] }, /^--snapshot-log and --redis: choose one/],
    [{ redis: ['redis://h', 'redis://i'] }, /^--redis is given 2 times/],
  ])('%j is refused', (parsed, message) => {
    expect(() => distributed(parsed)).toThrow(message);
  });
});
