import { z } from 'zod';
import { modelPrice } from '../scenario/pricing.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { ScenarioReading } from '../scenario/reading.ts';
import { ScenarioText } from '../scenario/scenario-text.ts';
import { pricesSchema } from '../scenario/schema/provider.ts';
import { label } from '../scenario/schema/values.ts';
import type { ModelPrice } from './price.ts';

/** The provider that stands for all that the file does not name. */
const anyProvider = '*';

const priceFileSchema = z.strictObject({
  date: z.iso.date({ error: 'must be a day such as 2026-11-21' }).exactOptional(),
  prices: z.record(z.union([z.literal(anyProvider), label]), pricesSchema),
});

/** Prices that a user keeps in a file: they hold for every scenario, and win over the built-in ones. */
export interface PriceBook {
  /** By the provider's name in the scenario, else by `*`; `undefined` where the file says nothing. */
  priceOf(provider: string, model: string): ModelPrice | undefined;
}

/** The prices of a file (YAML or JSON). Throws one error with everything that is wrong in it. */
export function readPriceFile(path: string, text: string): PriceBook {
  const source = new ScenarioText(path, text);
  if (source.problems.length > 0) throw new ScenarioError(source.problems, 'price file');
  const reading = new ScenarioReading(source, [], {});
  const file = reading.section(priceFileSchema, []);
  if (file === undefined || reading.problems.length > 0) {
    throw new ScenarioError(reading.problems, 'price file');
  }
  const { date, prices } = file;
  const origin = { source: 'file', place: path, ...(date !== undefined && { date }) } as const;
  return {
    priceOf(provider, model) {
      const written = ownValue(ownValue(prices, provider), model) ?? ownValue(prices[anyProvider], model);
      return written && { ...modelPrice(written), origin };
    },
  };
}

function ownValue<Value>(map: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
