import type { Truth } from './truth.ts';

/** The APIs that everything is tested in. */
export const dialectNames = ['chat', 'responses', 'messages'] as const;

export type DialectName = (typeof dialectNames)[number];

/** The keys by which a scenario's provider speaks each of them. */
const keys: Readonly<Record<DialectName, object>> = {
  chat: { type: 'openai-compatible' },
  responses: { type: 'openai-compatible', endpoint: 'responses' },
  messages: { type: 'anthropic' },
};

/** A provider of a scenario that is called like its dialect. */
export function providerOf(dialect: DialectName, url: string, models: readonly string[]) {
  return { name: dialect, ...keys[dialect], base_url: url, models };
}

/** The records of one dialect. */
export function truthIn(truth: readonly Truth[], dialect: DialectName): readonly Truth[] {
  return truth.filter((record) => record.endpoint === dialect);
}
