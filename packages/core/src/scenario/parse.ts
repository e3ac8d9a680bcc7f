import { baseName, resolvePath } from './context.ts';
import { plannedUse } from '../cost/planned-use.ts';
import type { PlannedUse } from '../cost/planned-use.ts';
import { budgetWarnings } from './budget-warnings.ts';
import { readBudget } from './budget.ts';
import type { Parse, ScenarioContext, ScenarioSource } from './context.ts';
import { limitWarnings } from './limit-warnings.ts';
import { readLimits } from './limits.ts';
import { notBuiltUses } from './not-built.ts';
import { checkDistributed } from './not-distributed.ts';
import { readInfluxExport } from './influx-export.ts';
import { readExecution, readExports } from './output.ts';
import { checkCostThresholds } from './price-check.ts';
import { ScenarioError } from './problem.ts';
import type { LoadedDatasets } from './prompt-source.ts';
import { ScenarioReading } from './reading.ts';
import type { ScenarioOverride } from './reading.ts';
import { readRegression } from './regression-source.ts';
import { readRegions } from './regions.ts';
import { ScenarioText } from './scenario-text.ts';
import type { Dataset, Scenario } from './scenario.ts';
import { outlineSchema, sections } from './schema.ts';
import { readScoreTargets } from './score-targets.ts';
import { missingPriceWarnings, withPricesThatHold } from './target-price.ts';
import { readTargets } from './targets.ts';
import { sdkWarnings } from './sdk-streams.ts';
import { labelValues, readThresholds } from './threshold-source.ts';
import { checkWorkerEnvironment } from './worker-environment.ts';
import { readWorkloads } from './workloads.ts';

/** The seed of a run whose scenario gives none: runs repeat unless they are told not to. */
export const defaultSeed = 42;

/** A scenario ready to be run, with the data sets that its workloads name. */
export interface ParsedScenario {
  readonly scenario: Scenario;
  readonly datasets: readonly Dataset[];
  /** What its load will use, as far as that is known. */
  readonly use: PlannedUse;
  /** What is allowed and probably not meant: sentences. */
  readonly warnings: readonly string[];
}

/**
 * A scenario from its file (YAML or JSON; none where flags say everything) and the overrides of flags, which win.
 * Throws one `ScenarioError` with every problem of the file at once. Variables that the workers lack are looked for
 * last, in a file that is otherwise right.
 */
export function parseScenario(
  source: ScenarioSource | undefined,
  context: ScenarioContext,
  overrides: readonly ScenarioOverride[] = [],
): ParsedScenario {
  const text = source === undefined ? undefined : new ScenarioText(source.path, source.text);
  if (text !== undefined && text.problems.length > 0) throw new ScenarioError(text.problems);
  const reading = new ScenarioReading(text, overrides, context.env);
  const parse: Parse = { reading, context, resolvePath: (path) => resolvePath(source?.path, path) };
  const parsed = readScenario(parse, source);
  if (reading.problems.length === 0 && context.checksWorkerEnvironment !== false) {
    checkWorkerEnvironment(parse, parsed.scenario.targets);
  }
  if (reading.problems.length > 0) throw new ScenarioError(reading.problems);
  return parsed;
}

/** Reads all sections, whatever is wrong in one of them; the result counts only where no problem was reported. */
function readScenario(parse: Parse, source: ScenarioSource | undefined): ParsedScenario {
  const { reading } = parse;
  for (const use of notBuiltUses(reading.value)) reading.report(use.path, use.message, use.hint, use.mark);
  if (parse.context.isDistributed === true) checkDistributed(reading);
  reading.section(outlineSchema, []);
  reading.section(sections.version, ['version']);
  const loaded: LoadedDatasets = new Map();
  const regions = readRegions(parse);
  const allTargets = readTargets(parse, regions);
  const workloads = readWorkloads(parse, allTargets, loaded);
  const datasets = uniqueById(loaded);
  const datasetsById = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const { targets, warnings: priceWarnings } = withPricesThatHold(allTargets, workloads, datasetsById);
  const labels = reading.problems.length === 0 ? labelValues(targets, workloads, regions ?? []) : {};
  const scenario: Scenario = {
    name: reading.section(sections.name, ['name']) ?? (source === undefined ? 'run' : baseName(source.path)),
    seed: reading.section(sections.seed, ['seed']) ?? defaultSeed,
    regions: regions ?? [],
    targets,
    workloads,
    execution: readExecution(parse),
    limits: readLimits(parse, { targets, workloads, datasets: datasetsById }),
    ...readBudget(parse, { targets, workloads, datasets: datasetsById }),
    ...readScoreTargets(parse),
    thresholds: readThresholds(parse, labels),
    ...readRegression(parse),
    exports: readExports(parse),
    ...readInfluxExport(parse),
  };
  for (const key of ['search'] as const) reading.section(sections[key], [key]);
  if (reading.problems.length === 0) checkCostThresholds(parse, scenario.thresholds, scenario);
  const use = plannedUse(scenario, datasetsById);
  return {
    scenario,
    datasets,
    use,
    warnings: [
      ...limitWarnings(scenario, datasetsById),
      ...budgetWarnings(scenario.budget, use),
      ...sdkWarnings(scenario),
      ...priceWarnings,
      ...missingPriceWarnings(allTargets, parse.context),
    ],
  };
}

function uniqueById(loaded: LoadedDatasets): readonly Dataset[] {
  const datasets = [...loaded.values()].filter((dataset) => dataset !== undefined);
  return [...new Map(datasets.map((dataset) => [dataset.id, dataset])).values()];
}
