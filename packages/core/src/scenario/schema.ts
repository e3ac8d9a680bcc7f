import { z } from 'zod';
import { executionSchema, outputSchema } from './schema/execution.ts';
import {
  budgetSchema,
  regressionSchema,
  searchSchema,
  sloSchema,
  targetsSchema,
  thresholdsSchema,
} from './schema/objectives.ts';
import { providerSchema } from './schema/provider.ts';
import { label, percent, positiveNumber } from './schema/values.ts';
import { defaultsSchema, workloadSchema } from './schema/workload.ts';

const regionsSchema = z
  .record(
    label,
    z.union([percent.refine((ratio) => ratio > 0, 'must be above 0%'), positiveNumber], {
      error: 'must be a share such as 50%, or a weight above 0',
    }),
  )
  .describe('Regions that the load comes from, with their shares. Default: one region, `default`.');

/** The sections of a scenario file that stand alone: each is checked even when others are wrong. */
export const sections = {
  version: z.literal(1).describe('Version of the format. Default: 1.'),
  name: label.describe("Name of the run. Default: the file's name."),
  seed: z
    .int()
    .min(0)
    .describe('Seeds every random choice: the same seed gives the same schedule. Default: 42.'),
  regions: regionsSchema,
  defaults: defaultsSchema,
  execution: executionSchema,
  search: searchSchema,
  budget: budgetSchema,
  slo: sloSchema,
  targets: targetsSchema,
  thresholds: thresholdsSchema,
  regression: regressionSchema,
  output: outputSchema,
};

const providers = z.array(providerSchema).min(1).describe('Providers under test.');

const workload = z
  .strictObject({
    scenarios: z.array(workloadSchema).min(1).describe('Workloads, run side by side.'),
  })
  .describe('What is sent, and when.');

/** A scenario file, all keys, built or not: the input side is the file's, the output side has milliseconds and ratios. */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().exactOptional().describe('Address of this schema, for editors.'),
    version: sections.version.exactOptional(),
    name: sections.name.exactOptional(),
    seed: sections.seed.exactOptional(),
    providers,
    regions: sections.regions.exactOptional(),
    defaults: sections.defaults.exactOptional(),
    workload,
    execution: sections.execution.exactOptional(),
    search: sections.search.exactOptional(),
    budget: sections.budget.exactOptional(),
    slo: sections.slo.exactOptional(),
    targets: sections.targets.exactOptional(),
    thresholds: sections.thresholds.exactOptional(),
    regression: sections.regression.exactOptional(),
    output: sections.output.exactOptional(),
  })
  .describe('A Tokenstorm scenario: providers, workloads and what they must reach.');

/** The frame around the sections: which of them there are, and that the two lists are lists. */
export const outlineSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  ...Object.fromEntries(Object.keys(sections).map((key) => [key, z.unknown().optional()])),
  providers: z.array(z.unknown()).min(1),
  workload: z.strictObject({ scenarios: z.array(z.unknown()).min(1) }),
});

export type ProviderSection = z.output<typeof providerSchema>;
export type WorkloadSection = z.output<typeof workloadSchema>;
export type DefaultsSection = z.output<typeof defaultsSchema>;
export type SloSection = z.output<typeof sloSchema>;
