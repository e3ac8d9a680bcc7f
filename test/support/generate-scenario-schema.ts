import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '@tokenstorm/core';

/** Where the generated schema lies. */
export const scenarioSchemaFile = new URL('../../scenarios/scenario.schema.json', import.meta.url);

/** Text of `scenarios/scenario.schema.json`. Written by `node --conditions=source test/support/generate-scenario-schema.ts`. */
export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;
}

if (import.meta.main) writeFileSync(scenarioSchemaFile, scenarioSchemaText());
