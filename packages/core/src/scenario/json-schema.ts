import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of a scenario file, for editors: what a file may hold, built or not. */
export function scenarioJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'Tokenstorm scenario', ...rest };
}
