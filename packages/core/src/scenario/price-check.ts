import { parseThreshold } from '../thresholds/parse.ts';
import type { Parse } from './context.ts';
import type { Target, ThresholdSource, Workload } from './scenario.ts';
import { listOf, valueAt } from './tree.ts';

/** Targets that a load is sent to. */
interface PricedLoad {
  readonly targets: readonly Target[];
  readonly workloads: readonly Workload[];
}

/** Reports each model whose price `what` needs and does not have. */
export function checkPrices({ reading }: Parse, what: string, { targets, workloads }: PricedLoad): void {
  const used = new Set(workloads.flatMap((workload) => workload.targets));
  for (const { key, provider, model, price } of targets) {
    if (price !== undefined || !used.has(key)) continue;
    const message = `${what} counts what \`${model}\` costs, and its price is not known`;
    const example = `pricing: { ${JSON.stringify(model)}: { input: 0.15, output: 0.60 } }`;
    const hint = `add the model's prices to the provider \`${provider}\`, in USD per 1,000,000 tokens, such as ${example}, or to a file of --prices`;
    reading.report(pathOfModel(reading.value, provider, model), message, hint);
  }
}

/** The same for thresholds on the cost: of the models that they are about. Nothing else may be wrong in the scenario. */
export function checkCostThresholds(
  parse: Parse,
  thresholds: readonly ThresholdSource[],
  { targets, workloads }: PricedLoad,
): void {
  for (const { metric, expression } of thresholds) {
    const { definition, tags } = parseThreshold(metric, expression);
    if (definition.kind !== 'cost') continue;
    const meant = targets.filter(
      ({ provider, model }) => (tags.provider ?? provider) === provider && (tags.model ?? model) === model,
    );
    checkPrices(parse, `the threshold on \`${definition.name}\``, { targets: meant, workloads });
  }
}

function pathOfModel(scenario: unknown, provider: string, model: string): (string | number)[] {
  const providers = listOf(valueAt(scenario, ['providers']));
  const index = providers.findIndex(
    (_, place) => valueAt(scenario, ['providers', place, 'name']) === provider,
  );
  const models = listOf(valueAt(scenario, ['providers', index, 'models']));
  return ['providers', index, 'models', models.indexOf(model)];
}
