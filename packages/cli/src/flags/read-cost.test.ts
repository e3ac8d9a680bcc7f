import { describe, expect, it } from 'vitest';
import { FlagValues } from './flag-values.ts';
import { readCost } from './read-cost.ts';
import { readScoreTargets } from './read-score-targets.ts';

/** What a reader makes of flags, and what it finds wrong. */
function read<Result>(flags: Record<string, unknown>, reader: (values: FlagValues) => Result) {
  const values = new FlagValues(flags);
  const result = reader(values);
  try {
    values.assertValid();
    return { result };
  } catch (error) {
    return { problems: (error as Error).message };
  }
}

describe('the flags about cost', () => {
  it('are a price file, and when to ask', () => {
    const flags = { prices: ['p.yaml'], confirmOver: ['2.50'], yes: true };
    expect(read(flags, readCost).result).toEqual({ prices: 'p.yaml', confirmOver: { usd: 2.5, yes: true } });
    expect(read({ confirmOver: ['0'] }, readCost).result).toEqual({ confirmOver: { usd: 0, yes: false } });
    expect(read({ yes: true }, readCost).result).toEqual({});
  });

  it.each([
    [{ confirmOver: ['-1'] }, '--confirm-over -1: expected a number of at least 0'],
    [{ confirmOver: ['$5'] }, '--confirm-over $5: expected a number'],
    [{ prices: [' '] }, '--prices: expected a path'],
  ])('%j are refused', (flags, problem) => {
    expect(read(flags, readCost).problems).toContain(problem);
  });
});

describe('the targets of timer_score', () => {
  it('are times; a bare number is seconds', () => {
    const flags = { targetFirstToken: ['500ms'], targetTotal: ['5'] };
    expect(read(flags, readScoreTargets).result).toEqual({
      scoreTargets: { first_token: '500ms', total: '5s' },
    });
  });

  it.each(['0', '-1s', 'soon'])('are not %s', (text) => {
    expect(read({ targetTotal: [text] }, readScoreTargets).problems).toContain(
      `--target-total ${text}: expected a time above 0, such as 500ms or 5s`,
    );
  });
});
