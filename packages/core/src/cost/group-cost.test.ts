import { expect, it } from 'vitest';
import { costOfGroups, unpricedModels } from './group-cost.ts';
import { pricesOf } from './price.ts';

const priceOf = pricesOf([
  { provider: 'own', model: 'm', price: { input: 1, output: 2 } },
  { provider: 'own', model: 'free', price: { input: 0, output: 0 } },
  { provider: 'own', model: 'n' },
]);

function group(model: string, input_tokens: number, output_tokens: number, provider = 'own') {
  return { labels: { provider, model }, counters: { input_tokens, output_tokens } };
}

it('groups cost what each of them does', () => {
  // 10 x 1,000 + 5 x 2,000, and 1 x 1,000
  expect(costOfGroups([group('m', 10, 5), group('m', 1, 0), group('free', 9, 9)], priceOf)).toBe(21_000);
});

it('groups without a price cost nobody knows what, unless they have no tokens', () => {
  expect(costOfGroups([group('m', 10, 5), group('n', 0, 1)], priceOf)).toBeUndefined();
  expect(costOfGroups([group('m', 10, 5), group('n', 0, 0)], priceOf)).toBe(20_000);
  expect(costOfGroups([], priceOf)).toBe(0);
});

it('models are priced by their provider', () => {
  const groups = [group('m', 1, 1), group('m', 1, 1, 'other'), group('n', 1, 1), group('n', 2, 2)];
  expect(unpricedModels(groups, priceOf)).toEqual(['other/m', 'own/n']);
});
