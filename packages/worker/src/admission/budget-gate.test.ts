import type { BudgetAmounts, BudgetGrant } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../wire/__fixtures__/exchange.ts';
import { BudgetGate } from './budget-gate.ts';

const yes: BudgetGrant = { granted: true };
const never: BudgetGrant = { granted: false, exhausted: true };
const later = (retryInMs: number): BudgetGrant => ({ granted: false, exhausted: false, retryInMs });

/** A gate to a budget whose answers the test gives, in order of asking; the last one stays. */
function gateWith(...answers: (BudgetGrant | Promise<BudgetGrant> | Error)[]) {
  const heard: string[] = [];
  const asked: BudgetAmounts[] = [];
  const settled: (readonly [BudgetAmounts, BudgetAmounts])[] = [];
  const gate = new BudgetGate({
    clock: systemClock,
    budget: {
      reserve: async (amounts) => {
        asked.push(amounts);
        const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
        if (answer instanceof Error) throw answer;
        return await answer;
      },
      settle: async (...amounts) => void settled.push(amounts),
    },
    onExhausted: () => heard.push('exhausted'),
    onFault: (cause) => heard.push(String(cause)),
  });
  const enter = (name: string, tokens = 1) =>
    gate.enter({ amounts: () => ({ tokens }), onGranted: () => heard.push(name) });
  return { gate, enter, heard, asked, settled, answers };
}

const turn = () => new Promise(setImmediate);

describe('BudgetGate', () => {
  it('lets everybody ask at the same time while there is enough', async () => {
    const first = Promise.withResolvers<BudgetGrant>();
    const { enter, heard, asked } = gateWith(first.promise, yes);
    enter('slow');
    enter('quick', 2);
    await turn();
    expect({ heard, asked }).toEqual({ heard: ['quick'], asked: [{ tokens: 1 }, { tokens: 2 }] });
    first.resolve(yes);
    await turn();
    expect(heard).toEqual(['quick', 'slow']);
  });

  it('never lets anybody through before it returns', () => {
    const { enter, heard } = gateWith(yes);
    enter('one');
    expect(heard).toEqual([]);
  });

  it('puts whoever is refused for now in line, and those who come later behind', async () => {
    const { gate, enter, heard, asked, answers } = gateWith(later(60_000));
    enter('first');
    await turn();
    enter('second');
    enter('third');
    await turn();
    expect({ heard, asks: asked.length }).toEqual({ heard: [], asks: 1 });
    answers[0] = yes;
    // Something comes back: what the limiter said of the time is not waited for.
    gate.settle({ tokens: 3 }, { tokens: 1 });
    await turn();
    expect(heard).toEqual(['first', 'second', 'third']);
  });

  it('asks again when it was told to', async () => {
    const { enter, heard } = gateWith(later(5), yes);
    enter('first');
    while (heard.length === 0) await turn();
    expect(heard).toEqual(['first']);
  });

  it('ends for all when nothing more can be had, and says so once', async () => {
    const { gate, enter, heard, asked } = gateWith(never);
    enter('one');
    enter('two');
    await turn();
    enter('three');
    gate.settle({ tokens: 1 }, {});
    await turn();
    expect({ heard, asks: asked.length, isOver: gate.isOver }).toEqual({
      heard: ['exhausted'],
      asks: 2,
      isOver: true,
    });
  });

  it('gives back what comes for somebody who has left', async () => {
    const answer = Promise.withResolvers<BudgetGrant>();
    const { enter, heard, settled } = gateWith(answer.promise);
    const leave = enter('gone', 7);
    leave();
    answer.resolve(yes);
    await turn();
    expect({ heard, settled }).toEqual({ heard: [], settled: [[{ tokens: 7 }, {}]] });
  });

  it('does not end for what nobody wants any more', async () => {
    const answer = Promise.withResolvers<BudgetGrant>();
    const { gate, enter } = gateWith(answer.promise);
    enter('gone')();
    answer.resolve(never);
    await turn();
    expect(gate.isOver).toBe(false);
  });

  it('lets the next one pass when the first in line leaves', async () => {
    const { gate, enter, heard, answers } = gateWith(later(60_000));
    const leave = enter('first');
    await turn();
    enter('second');
    leave();
    answers[0] = yes;
    gate.settle({}, {});
    await turn();
    expect(heard).toEqual(['second']);
  });

  it('lets nobody through once it is closed, and gives back what comes then', async () => {
    const answer = Promise.withResolvers<BudgetGrant>();
    const { gate, enter, heard, settled } = gateWith(answer.promise);
    enter('one', 3);
    gate.close();
    answer.resolve(yes);
    await turn();
    expect({ heard, settled }).toEqual({ heard: [], settled: [[{ tokens: 3 }, {}]] });
  });

  it('tells of a budget that fails', async () => {
    const { gate, enter, heard } = gateWith(new Error('connection lost'));
    enter('one');
    await turn();
    expect({ heard, isOver: gate.isOver }).toEqual({ heard: ['Error: connection lost'], isOver: true });
  });
});
