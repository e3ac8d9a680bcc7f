import type { Option } from 'commander';
import type { Environment } from '@tokenstorm/core';
import { initProviders, templateKinds } from '../init/template-kinds.ts';
import type { Candidates } from './candidates.ts';
import { runsHere } from './runs-here.ts';

/** What a flag's value may be, where that is one of a few words. */
const words: Readonly<Record<string, readonly string[]>> = {
  '--arrival-pattern': ['constant', 'poisson', 'gamma'],
  '--client': ['wire', 'sdk'],
  '--endpoint-type': ['chat', 'responses', 'messages'],
  '--export-level': ['summary', 'records'],
  '--fail-on': ['invalid', 'suspect'],
  '--kind': templateKinds,
  '--processes': ['auto'],
  '--provider': ['openai', 'anthropic', 'glm'],
  '--ui': ['dashboard', 'simple', 'none'],
};

/** Flags whose value starts with one of a few words. */
const starts: Readonly<Record<string, readonly string[]>> = {
  '--goodput': ['ttft:', 'tpot:', 'e2el:'],
  '--header': ['Authorization:', 'X-'],
};

/** The same of `tokenstorm diff`, whose flags of these names take other words. */
const diffWords: Readonly<Record<string, readonly string[]>> = {
  '--export': ['json=', 'markdown='],
  '--fail-on': ['worse', 'cannot-tell'],
  '--group': ['provider', 'model', 'scenario', 'region'],
};

/** How a flag says that its value is a path. */
const pathValue = /<(?:path|file|folder|csv\.{3}|name-or-path)>/;

/** The values that a flag of a command may have. */
export async function flagValues(
  { long, flags }: Option,
  command: string,
  environment: Environment,
): Promise<Candidates> {
  const name = long ?? flags;
  if (name === '--provider' && command === 'init') return plain(initProviders);
  const known = (command === 'diff' ? diffWords[name] : undefined) ?? words[name] ?? starts[name];
  if (known !== undefined) return plain(known);
  if (name === '--export')
    return { ...plain((await exportFormats()).map((format) => `${format}=`)), files: true };
  if (name === '--metric' && command === 'trend') {
    const { trendMetricNames } = await import('../history/trend-metric.ts');
    return plain(trendMetricNames);
  }
  if (takesFigure(name, command)) return figureNames(name);
  if (pathValue.test(flags)) return { values: [], files: true };
  return ofRuns(name, command, environment);
}

function takesFigure(name: string, command: string): boolean {
  return name === '--regression-limit' || (command === 'diff' && (name === '--metric' || name === '--limit'));
}

/** Figures that are compared; before a limit with the sign that it follows. */
async function figureNames(name: string): Promise<Candidates> {
  const { comparedFigures } = await import('@tokenstorm/core');
  return plain(comparedFigures.map((figure) => `${figure.name}${name === '--metric' ? '' : '='}`));
}

async function exportFormats(): Promise<readonly string[]> {
  const { reportFormats, requestFormats } = await import('@tokenstorm/core');
  return [...new Set([...reportFormats, ...requestFormats, 'influxdb'])];
}

async function ofRuns(name: string, command: string, environment: Environment): Promise<Candidates> {
  const isOfRuns = ['runs', 'trend', 'prune'].includes(command);
  if (isOfRuns && name === '--name') return { values: (await runsHere(environment)).names };
  if (['--base', '--new', '--baseline'].includes(name)) {
    const { runs, tags } = await runsHere(environment);
    return { values: [...tags, ...runs], files: true };
  }
  if (isOfRuns && name === '--tag') return { values: (await runsHere(environment)).tags };
  return { values: [] };
}

function plain(values: readonly string[]): Candidates {
  return { values: values.map((value) => ({ value, text: '' })) };
}
