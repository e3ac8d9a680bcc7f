import { describe, expect, it } from 'vitest';
import { ScoreTimer } from './score-timer.ts';

/** Goes to the times, in ms, that it is set to. */
class SetClock {
  ms = 1000;

  nowMs(): number {
    return this.ms;
  }
}

/** A streamed answer whose first token comes after 683.5 ms, and its end after 6,756.5 ms. */
function timedAnswer(): ScoreTimer {
  const clock = new SetClock();
  const timer = new ScoreTimer(5, clock);
  clock.ms += 683.5;
  timer.checkpoint('first token', 0.5);
  clock.ms += 6073;
  timer.stop();
  return timer;
}

describe('a timer of a streamed answer', () => {
  it('scores its first token and its whole against their own targets', () => {
    const timer = timedAnswer();
    const [first, firstS, firstTarget] = timer.score('first token');
    expect([first, firstS, firstTarget]).toEqual([
      expect.closeTo(0.40927, 5),
      expect.closeTo(0.6835, 9),
      0.5,
    ]);
    const [score, duration, target] = timer.score();
    expect([score, duration, target]).toEqual([expect.closeTo(0.14723, 5), expect.closeTo(6.7565, 9), 5]);
    expect(timer.checkpoints).toEqual(['first token']);
  });

  it('has one end', () => {
    const clock = new SetClock();
    const timer = new ScoreTimer(2, clock);
    clock.ms += 1850;
    expect(timer.score()[1]).toBeCloseTo(1.85, 9);
    timer.stop();
    clock.ms += 500;
    timer.stop();
    expect(timer.score()).toEqual([expect.closeTo(0.5374, 4), expect.closeTo(1.85, 9), 2]);
  });

  it("gives a checkpoint without a target the timer's", () => {
    const clock = new SetClock();
    const timer = new ScoreTimer(2, clock);
    clock.ms += 2000;
    timer.checkpoint('half way');
    expect(timer.score('half way')).toEqual([0.5, 2, 2]);
  });

  it('knows no checkpoint that was not stamped', () => {
    expect(() => timedAnswer().score('last token')).toThrow('no checkpoint "last token"');
  });

  it.each([0, -2, Number.NaN])('takes no target of %d', (target) => {
    const clock = new SetClock();
    expect(() => new ScoreTimer(target, clock)).toThrow('above 0 seconds');
    expect(() => new ScoreTimer(1, clock).checkpoint('x', target)).toThrow('above 0 seconds');
  });
});
