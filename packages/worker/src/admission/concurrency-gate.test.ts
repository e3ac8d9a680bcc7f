import { describe, expect, it } from 'vitest';
import { ConcurrencyGate } from './concurrency-gate.ts';

describe('ConcurrencyGate', () => {
  it('admits at once while there are places', () => {
    const gate = new ConcurrencyGate(2);
    const admitted: number[] = [];
    gate.enter(10, (atMs) => admitted.push(atMs));
    gate.enter(11, (atMs) => admitted.push(atMs));
    gate.enter(12, (atMs) => admitted.push(atMs));
    expect(admitted).toEqual([10, 11]);
  });

  it('passes a freed place on in order of arrival, stamped with the moment it was free', () => {
    const gate = new ConcurrencyGate(1);
    const admitted: string[] = [];
    gate.enter(0, () => admitted.push('first'));
    gate.enter(1, (atMs) => admitted.push(`second at ${atMs}`));
    gate.enter(2, (atMs) => admitted.push(`third at ${atMs}`));
    gate.leave(50);
    gate.leave(70);
    expect(admitted).toEqual(['first', 'second at 50', 'third at 70']);
  });

  it('forgets who gave up waiting', () => {
    const gate = new ConcurrencyGate(1);
    const admitted: string[] = [];
    gate.enter(0, () => admitted.push('first'));
    const giveUp = gate.enter(0, () => admitted.push('second'));
    gate.enter(0, () => admitted.push('third'));
    giveUp?.();
    gate.leave(1);
    gate.leave(2);
    gate.enter(3, () => admitted.push('fourth'));
    expect(admitted).toEqual(['first', 'third', 'fourth']);
  });

  it('never waits without a limit', () => {
    const gate = new ConcurrencyGate(undefined);
    let admitted = 0;
    for (let index = 0; index < 5_000; index += 1) gate.enter(0, () => (admitted += 1));
    expect(admitted).toBe(5_000);
  });

  it('passes a place on through any number that leave as soon as they are admitted', () => {
    const gate = new ConcurrencyGate(1);
    const waiting = 100_000;
    let admitted = 0;
    gate.enter(0, () => {});
    for (let index = 0; index < waiting; index += 1) {
      gate.enter(0, () => {
        admitted += 1;
        gate.leave(1);
      });
    }
    gate.leave(1);
    expect(admitted).toBe(waiting);
  });

  it('lets nobody pass those who wait, not even from within an admission', () => {
    const gate = new ConcurrencyGate(1);
    const admitted: string[] = [];
    gate.enter(0, () => {});
    gate.enter(0, () => {
      admitted.push('a');
      gate.leave(5);
      gate.enter(5, () => admitted.push('again'));
    });
    gate.enter(0, () => admitted.push('b'));
    gate.leave(4);
    expect(admitted).toEqual(['a', 'b']);
    gate.leave(6);
    expect(admitted).toEqual(['a', 'b', 'again']);
  });

  it('gives the places of a higher limit to those who wait, and takes none away for a lower one', () => {
    const gate = new ConcurrencyGate(1);
    const admitted: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      gate.enter(0, (atMs) => admitted.push(`${name} at ${atMs}`));
    gate.setLimit(3, 10);
    expect(admitted).toEqual(['a at 0', 'b at 10', 'c at 10']);
    gate.setLimit(2, 20);
    gate.leave(30);
    expect(admitted).toHaveLength(3);
    gate.leave(40);
    expect(admitted.at(-1)).toBe('d at 40');
    gate.setLimit(undefined, 50);
    expect(admitted.at(-1)).toBe('e at 50');
  });

  it('stays closed whatever its limit', () => {
    const gate = new ConcurrencyGate(1);
    gate.close();
    gate.setLimit(5, 0);
    let admitted = 0;
    gate.enter(1, () => (admitted += 1));
    expect(admitted).toBe(0);
  });

  it('admits nobody once it is closed', () => {
    const gate = new ConcurrencyGate(1);
    const admitted: string[] = [];
    gate.enter(0, () => admitted.push('first'));
    gate.enter(0, () => admitted.push('second'));
    gate.close();
    gate.leave(1);
    gate.enter(2, () => admitted.push('third'));
    expect(admitted).toEqual(['first']);
  });
});
