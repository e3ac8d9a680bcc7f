import { describe, expect, it } from 'vitest';
import { scenarioJsonSchema } from './json-schema.ts';

type Node = Readonly<Record<string, unknown>>;

/** Paths of all properties without a description, in a JSON Schema. */
function undescribed(node: unknown, path = ''): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node).flatMap(([key, value]) => undescribed(value, `${path}/${key}`));
  const properties: Node = 'properties' in node ? { ...(node.properties as Node) } : {};
  const bare = Object.entries(properties).filter(
    ([, value]) =>
      typeof (value as Node)['description'] !== 'string' || (value as Node)['description'] === '',
  );
  return [...bare.map(([key]) => `${path}/${key}`), ...below];
}

describe('scenarioJsonSchema', () => {
  const schema = scenarioJsonSchema();

  it('describes every key', () => {
    expect(undescribed(schema)).toEqual([]);
    expect(undescribed({ properties: { a: { type: 'string' } } })).toEqual(['/a']);
  });

  it('is of draft 2020-12, and about what is written, not what it becomes', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      required: ['providers', 'workload'],
      properties: {
        seed: { type: 'integer' },
        slo: { properties: { ttft: { type: 'string' } } },
        providers: { items: { required: ['name', 'models'] } },
      },
    });
  });
});
