import type { ChatMessage, Dataset, ParsedScenario, PromptSource } from '@tokenstorm/core';
import { benchmarkPrompts } from './prompts.ts';

const dataset: Dataset = {
  id: 'benchmark-prompts-1',
  path: 'the prompts of the benchmark',
  rows: benchmarkPrompts.map(({ label, prompt }) => ({ columns: { label, prompt } })),
};

/** Opens the name of each instance's workload; its number follows. */
const instancePrefix = 'instance-';

/** Gives a scenario of one workload the load of the benchmark: so many instances at once, each sending the ten prompts in order, one at a time. */
export function benchmarkLoad(instances: number): (parsed: ParsedScenario) => ParsedScenario {
  return (parsed) => {
    const { scenario } = parsed;
    const [workload] = scenario.workloads;
    if (workload === undefined) return parsed;
    const prompts = promptsOf(workload.prompts);
    const workloads = Array.from({ length: instances }, (_, index) => ({
      ...workload,
      name: `${instancePrefix}${index + 1}`,
      prompts,
    }));
    return { ...parsed, datasets: [dataset], scenario: { ...scenario, name: 'benchmark', workloads } };
  };
}

/** The number of an instance, from 1, by the name of its workload. */
export function instanceOf(workload: string): number {
  return Number(workload.slice(instancePrefix.length));
}

/** A system message stays before each of them. */
function promptsOf(given: PromptSource): PromptSource {
  const before: readonly ChatMessage[] =
    given.kind === 'messages' ? given.messages.filter(({ role }) => role === 'system') : [];
  const template: readonly ChatMessage[] = [...before, { role: 'user', content: '{{prompt}}' }];
  return { kind: 'dataset', dataset: dataset.id, template };
}
