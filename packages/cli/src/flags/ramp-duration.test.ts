import { expect, it } from 'vitest';
import { rampLasting } from './ramp-duration.ts';

const stages = [
  { duration: '30s', target: 10 },
  { duration: '0s', target: 40 },
  { duration: '1m', target: 40 },
];

it('keeps the form of a ramp', () => {
  expect(rampLasting(stages, '9s')).toEqual([
    { duration: '3000ms', target: 10 },
    { duration: '0ms', target: 40 },
    { duration: '6000ms', target: 40 },
  ]);
  expect(rampLasting(stages, '3h')?.at(-1)).toEqual({ duration: '7200000ms', target: 40 });
});

it('leaves to the parser what it cannot read', () => {
  for (const odd of [undefined, 'x', [], [{}], [null], [{ duration: 5 }], [{ duration: '0s', target: 1 }]])
    expect(rampLasting(odd, '10s')).toBeUndefined();
});
