import { mostTokens } from '../prompts/token-law.ts';
import type { Parse } from './context.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import type { ScenarioPath } from './problem.ts';
import type { TokenLaw } from './scenario.ts';

type LawSection = NonNullable<EffectiveWorkload['keys']['synthetic']>['input_tokens'];

/** The law of a length as a file writes it: a number, or a map whose keys tell the distribution. `undefined` where it is wrong. */
export function readTokenLaw(parse: Parse, written: LawSection, path: ScenarioPath): TokenLaw | undefined {
  const law = lawOf(parse, written, path);
  const tokens = law && typicalMost(law);
  if (tokens === undefined || tokens <= mostTokens) return law;
  const [asked, most] = [tokens, mostTokens].map((count) => count.toLocaleString('en-US'));
  parse.reading.report(path, `${asked} tokens are too many: no text may have more than ${most}`);
  return undefined;
}

function lawOf({ reading }: Parse, written: LawSection, path: ScenarioPath): TokenLaw | undefined {
  if (typeof written === 'number') return { kind: 'fixed', tokens: written };
  const { mean, stddev, min, max, median, sigma } = written;
  const keys = Object.keys(written).toSorted().join(' ');
  if (mean !== undefined && (keys === 'mean' || keys === 'mean stddev')) return normal(mean, stddev ?? 0);
  if (median !== undefined && sigma !== undefined && keys === 'median sigma') {
    return { kind: 'lognormal', median, sigma };
  }
  if (min !== undefined && max !== undefined && keys === 'max min') {
    if (min <= max) return { kind: 'uniform', min, max };
    reading.report([...path, 'max'], `\`max\` (${max}) is below \`min\` (${min})`);
    return undefined;
  }
  const found = keys === '' ? 'nothing' : `{ ${Object.keys(written).join(', ')} }`;
  const message = `\`${String(path.at(-1))}\` is { mean, stddev }, { min, max } or { median, sigma }, not ${found}`;
  reading.report(path, message);
  return undefined;
}

function normal(mean: number, stddev: number): TokenLaw {
  return stddev === 0 && Number.isInteger(mean)
    ? { kind: 'fixed', tokens: mean }
    : { kind: 'normal', mean, stddev };
}

/** The most that a law gives, or its middle where it gives anything. */
function typicalMost(law: TokenLaw): number {
  switch (law.kind) {
    case 'fixed':
      return law.tokens;
    case 'uniform':
      return law.max;
    case 'normal':
      return law.mean;
    default:
      return law.median;
  }
}
