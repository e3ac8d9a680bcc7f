import { describe, expect, it } from 'vitest';
import { paretoOf } from './pareto.ts';
import type { TargetFigures } from './target-figures.ts';

function target(
  name: string,
  [ttft, rate, errors, usd]: readonly (number | null)[],
  completed = 10,
  good = completed,
): TargetFigures {
  return {
    target: name,
    completed,
    good,
    ttft_p50_ms: ttft ?? null,
    output_tokens_per_second: rate ?? null,
    error_ratio: errors ?? null,
    usd_per_1k_good_requests: usd ?? null,
  } as TargetFigures;
}

describe('the Pareto front', () => {
  it('holds those that no other one beats', () => {
    const { front, objectives } = paretoOf([
      target('fast', [100, 50, 0, 3]),
      target('cheap', [300, 50, 0, 1]),
      // Slower than the fast one and as dear as it.
      target('beaten', [200, 50, 0, 3]),
      target('many-tokens', [400, 90, 0.1, 9]),
    ]);
    expect(front).toEqual(['fast', 'cheap', 'many-tokens']);
    expect(objectives).toHaveLength(4);
  });

  it('keeps both of two equal ones', () => {
    expect(paretoOf([target('a', [1, 1, 0, 1]), target('b', [1, 1, 0, 1])]).front).toEqual(['a', 'b']);
  });

  it('leaves out what is not known of all', () => {
    const { front, objectives } = paretoOf([target('a', [1, 1, 0, 5]), target('b', [2, 1, 0, null])]);
    expect({ front, objectives }).toEqual({
      front: ['a'],
      objectives: ['ttft_p50_ms', 'output_tokens_per_second', 'error_ratio'],
    });
  });

  it('takes a target without a good request for the dearest', () => {
    const [kept, late] = [target('kept', [2, 1, 0, 5]), target('late', [2, 1, 0, null], 10, 0)];
    expect(paretoOf([kept, late])).toMatchObject({ front: ['kept'], objectives: { length: 4 } });
    expect(paretoOf([late, { ...late, target: 'later' }])).toMatchObject({
      front: ['late', 'later'],
      objectives: { length: 3 },
    });
  });

  it('takes none that completed nothing', () => {
    const down = target('down', [null, null, 1, null], 0);
    expect(paretoOf([down, target('up', [1, 1, 0, 1])])).toMatchObject({ front: ['up'] });
    expect(paretoOf([down])).toEqual({ front: [], objectives: expect.any(Array) });
  });
});
