import { describe, expect, it } from 'vitest';
import { debtOf, reservedAmounts, settledAmounts } from './reservation.ts';

const limited = { inputTokens: 300, outputTokens: 100, isLimit: true };
const guessed = { inputTokens: 300, outputTokens: 100, isLimit: false };
const end = { atMs: 0, headers: undefined };

function answered(inputTokens: number, outputTokens: number) {
  return { ...end, ending: 'answered', usage: { inputTokens, outputTokens } } as const;
}

describe('a reservation', () => {
  it('takes a request, its input, its output, and both together', () => {
    expect(reservedAmounts(limited)).toEqual({
      requests: 1,
      tokens: 400,
      'input-tokens': 300,
      'output-tokens': 100,
    });
  });

  it('is settled to the counts where input and output have buckets of their own', () => {
    expect(settledAmounts(limited, answered(280, 60))).toMatchObject({
      'input-tokens': -20,
      'output-tokens': -40,
    });
    expect(settledAmounts(guessed, answered(310, 130))).toMatchObject({
      'input-tokens': 10,
      'output-tokens': 30,
    });
  });

  it('gets none of an output limit back in the bucket of both together', () => {
    expect(settledAmounts(limited, answered(280, 60)).tokens).toBe(-20);
    expect(settledAmounts(limited, answered(300, 130)).tokens).toBe(30);
  });

  it('gets a guess back there', () => {
    expect(settledAmounts(guessed, answered(280, 60)).tokens).toBe(-60);
  });

  it('leaves alone what the provider says nothing of', () => {
    const settled = settledAmounts(limited, { ...end, ending: 'answered', usage: {} });
    expect(Object.values(settled)).toEqual([0, 0, 0]);
    expect(settledAmounts(limited, { ...end, ending: 'answered', usage: undefined })).toEqual({});
  });

  it('keeps everything where the attempt was cut off, whatever had been counted by then', () => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    expect(settledAmounts(limited, { ...end, ending: 'cut', usage })).toEqual({});
  });

  it('gets its tokens back where it was refused, and not the request', () => {
    expect(settledAmounts(limited, { ...end, ending: 'refused', usage: undefined })).toEqual({
      tokens: -400,
      'input-tokens': -300,
      'output-tokens': -100,
    });
  });
});

describe('the debt of a settlement', () => {
  const amounts = { tokens: 40, 'input-tokens': 10, 'output-tokens': 30 };

  it('is what is charged afterwards, in tokens that are limited', () => {
    expect(debtOf(amounts, { tokens: 1000 })).toBe(40);
    expect(debtOf(amounts, { 'input-tokens': 1000, 'output-tokens': 1000 })).toBe(40);
    expect(debtOf(amounts, { 'output-tokens': 1000 })).toBe(30);
    expect(debtOf(amounts, { requests: 1000 })).toBe(0);
  });

  it('is counted once where several limits count the same tokens', () => {
    expect(debtOf(amounts, { tokens: 1000, 'input-tokens': 1000, 'output-tokens': 1000 })).toBe(40);
  });

  it('is not made up for by what another part gives back', () => {
    expect(
      debtOf({ 'input-tokens': -50, 'output-tokens': 30 }, { 'input-tokens': 9, 'output-tokens': 9 }),
    ).toBe(30);
  });
});
