import type { RunEntry } from '@tokenstorm/transport';
import { describe, expect, it } from 'vitest';
import { chosenRun } from './remote-runs.ts';

const entries: readonly RunEntry[] = ['20261121-3-c', '20261121-2-b', '20261121-1-a', '20261120-1-a'].map(
  (runId) => ({ runId, name: 'n', regions: ['eu'], createdAtEpochMs: 0 }),
);

describe('the run that a name means', () => {
  it.each([
    ['20261121-2-b', '20261121-2-b'],
    ['latest', '20261121-3-c'],
    ['20261120', '20261120-1-a'],
    ['20261121-1', '20261121-1-a'],
  ])('%s is %s', (name, id) => {
    expect(chosenRun(entries, name).runId).toBe(id);
  });

  it.each([
    [
      'nothing',
      'there is no run nothing in Redis',
      'The latest runs in it: 20261121-3-c, 20261121-2-b, 20261121-1-a.',
    ],
    ['', 'there is no run  in Redis', 'The latest runs in it: 20261121-3-c, 20261121-2-b, 20261121-1-a.'],
    [
      '2026',
      '2026 is the beginning of 4 runs in Redis',
      'Give one of them: 20261121-3-c, 20261121-2-b, 20261121-1-a, ….',
    ],
  ])('%j means none: %s', (name, message, hint) => {
    expect(() => chosenRun(entries, name)).toThrow(expect.objectContaining({ message, hint, exitCode: 2 }));
  });

  it('is none where there are none', () => {
    expect(() => chosenRun([], 'latest')).toThrow(
      expect.objectContaining({
        message: 'there is no run latest in Redis',
        hint: 'There are no runs in it.',
      }),
    );
  });
});
