import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenarioDocument } from './support/scenario-doc.ts';

it('docs/scenario.md has every key of the schema (npm run docs)', () => {
  expect(readFileSync(new URL('../docs/scenario.md', import.meta.url), 'utf8')).toBe(scenarioDocument());
});
