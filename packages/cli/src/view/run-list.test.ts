import { expect, it } from 'vitest';
import { runListText } from './run-list.ts';
import { styleOf } from './style.ts';

const run = {
  id: '20261121-084512-k3v9qd',
  name: 'chat\u001B[2J',
  state: 'ended',
  regions: ['eu', 'us'],
  created_at: '2026-11-21T08:45:12.000Z',
  age_s: 3725,
  verdict: 'passed',
  validity: 'valid',
} as const;

it('lists runs, with nothing in them that a terminal would obey', () => {
  const waiting = { ...run, id: 'b', state: 'waiting', age_s: 5, verdict: null, validity: null } as const;
  expect(runListText([run, waiting], styleOf(false)).split('\n')).toEqual([
    '┌────────────────────────┬──────────┬─────────┬─────────┬────────┬─────────┬──────────┐',
    '│ Run                    │ Name     │ State   │ Regions │    Age │ Verdict │ Validity │',
    '├────────────────────────┼──────────┼─────────┼─────────┼────────┼─────────┼──────────┤',
    '│ 20261121-084512-k3v9qd │ chat [2J │ ended   │ eu, us  │ 1h 02m │ passed  │ valid    │',
    '│ b                      │ chat [2J │ waiting │ eu, us  │     5s │ -       │ -        │',
    '└────────────────────────┴──────────┴─────────┴─────────┴────────┴─────────┴──────────┘',
    '',
  ]);
  expect(runListText([], styleOf(false))).toBe('There are no runs in this Redis.\n');
});
