import { describe, expect, it } from 'vitest';
import { WakeLead } from './wake-lead.ts';

function learnt(...latenessesMs: number[]): number {
  const lead = new WakeLead();
  for (const lateMs of latenessesMs) lead.observe(lateMs);
  return lead.ms;
}

const always = (lateMs: number) => Array.from({ length: 200 }, () => lateMs);

describe('WakeLead', () => {
  it('is nothing before it has learnt', () => {
    expect(learnt()).toBe(0);
  });

  it('comes to the usual lateness', () => {
    expect(learnt(...always(0.4))).toBeCloseTo(0.4, 3);
    expect(learnt(...always(0.4), ...always(0.05))).toBeCloseTo(0.05, 3);
  });

  it('is never longer than half a millisecond, however long the process was held up', () => {
    expect(learnt(...always(5000))).toBeCloseTo(0.5, 3);
    expect(learnt(...always(0.1), 5000)).toBeCloseTo(0.12, 3);
  });

  it('takes an early ring for one in time', () => {
    expect(learnt(...always(-3))).toBe(0);
  });
});
