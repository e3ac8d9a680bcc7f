import { describe, expect, it } from 'vitest';
import { ConcurrencyGate } from './concurrency-gate.ts';

function gateAt(limit: number | undefined) {
  const time = { nowMs: 0 };
  const gate = new ConcurrencyGate(limit, { nowMs: () => time.nowMs, epochMs: () => 0 });
  return { gate, time };
}

describe('ConcurrencyGate', () => {
  it('admits at once while there are places', () => {
    const { gate } = gateAt(2);
    const admitted: number[] = [];
    gate.enter(10, (atMs) => admitted.push(atMs));
    gate.enter(11, (atMs) => admitted.push(atMs));
    gate.enter(12, (atMs) => admitted.push(atMs));
    expect(admitted).toEqual([10, 11]);
  });

  it('passes a freed place on in order of arrival, stamped with the moment it was freed', () => {
    const { gate, time } = gateAt(1);
    const admitted: string[] = [];
    gate.enter(0, () => admitted.push('first'));
    gate.enter(1, (atMs) => admitted.push(`second at ${atMs}`));
    gate.enter(2, (atMs) => admitted.push(`third at ${atMs}`));
    time.nowMs = 50;
    gate.leave();
    time.nowMs = 70;
    gate.leave();
    expect(admitted).toEqual(['first', 'second at 50', 'third at 70']);
  });

  it('forgets who gave up waiting', () => {
    const { gate } = gateAt(1);
    const admitted: string[] = [];
    gate.enter(0, () => admitted.push('first'));
    const giveUp = gate.enter(0, () => admitted.push('second'));
    gate.enter(0, () => admitted.push('third'));
    giveUp?.();
    gate.leave();
    gate.leave();
    gate.enter(0, () => admitted.push('fourth'));
    expect(admitted).toEqual(['first', 'third', 'fourth']);
  });

  it('never waits without a limit', () => {
    const { gate } = gateAt(undefined);
    let admitted = 0;
    for (let index = 0; index < 5_000; index += 1) gate.enter(0, () => (admitted += 1));
    expect(admitted).toBe(5_000);
  });
});
