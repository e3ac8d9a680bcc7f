import { Random } from '@tokenstorm/core';
import type { Distribution } from '@tokenstorm/core';
import { ClosedLoop } from '../closed-loop.ts';
import type { ClosedLoopParts } from '../closed-loop.ts';
import type { IterationBlock } from '../iteration-block.ts';
import type { Start } from '../target-load.ts';
import { virtualClock } from './virtual-time.ts';

/** Iterations without blocks. */
export function taking(take: IterationBlock['take']): ClosedLoopParts['iterations'] {
  return { take, prepare: () => {}, leftover: () => [], close: async () => {} };
}

/** A loop against a target that takes `answerMs` for each request (0: it has ended before `send` returns). */
export function loopOf({
  changes = [[0, 1]],
  answerMs = 10,
  thinkMs = 0,
  ...parts
}: Partial<ClosedLoopParts> & {
  readonly changes?: readonly (readonly [offsetMs: number, users: number])[];
  readonly answerMs?: number;
  readonly thinkMs?: number;
} = {}) {
  const starts: Start[] = [];
  const underWay = { now: 0, most: 0 };
  const thinkTimeMs: Distribution = { kind: 'fixed', value: thinkMs };
  const send = (start: Start, onEnd?: () => void) => {
    starts.push(start);
    underWay.most = Math.max(underWay.most, (underWay.now += 1));
    const end = () => {
      underWay.now -= 1;
      onEnd?.();
    };
    if (answerMs === 0) end();
    else setTimeout(end, answerMs);
  };
  let iterations = 0;
  const right = { isHeld: true, mayStart: () => right.isHeld };
  const loop = new ClosedLoop({
    load: { startMs: 100, send },
    profile: { executor: 'constant-vus', vus: 1, durationMs: 1000, thinkTimeMs },
    userChanges: changes.map(([offsetMs, users]) => ({ offsetMs, users })),
    iterations: taking(() => iterations++),
    numberOf: (iteration) => 10 * iteration,
    right,
    before: () => ({ warmup: 0, main: 0 }),
    random: new Random('test'),
    clock: virtualClock,
    ...parts,
  });
  const state = { ended: false };
  const run = () => loop.run().then(() => (state.ended = true));
  return {
    loop,
    right,
    starts,
    underWay,
    state,
    run,
    startTimes: () => starts.map((start) => start.handOverMs),
  };
}
