import { TokenstormError } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { workerFailure } from './worker-failure.ts';

const conceal = (text: string) => text.replaceAll('sk-1', '[KEY]');

describe('what a run is told of a worker that failed', () => {
  it("is what the user can do where it is the user's to put right, without a stack", () => {
    const cause = new TokenstormError('E_FILE', '/sk-1.csv has no rows', { hint: 'look at sk-1' });
    expect(workerFailure('w1', cause, conceal)).toEqual({
      type: 'worker-failed',
      workerId: 'w1',
      message: '/[KEY].csv has no rows',
      hint: 'look at [KEY]',
      exitCode: 2,
    });
  });

  it('is where it came up for any other fault', () => {
    const failure = workerFailure('w1', new Error('sk-1 broke'), conceal);
    expect(failure.message).toMatch(/^Error: \[KEY\] broke\n\s+at .*worker-failure/);
    expect(failure.exitCode).toBeUndefined();
    expect(workerFailure('w1', 'sk-1', conceal).message).toBe('[KEY]');
  });
});
