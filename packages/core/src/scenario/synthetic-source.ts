import { saltTokens } from '../prompts/salt.ts';
import { plainVocabulary } from '../prompts/vocabulary.ts';
import type { Parse } from './context.ts';
import type { EffectiveWorkload } from './effective-workload.ts';
import type { ScenarioPath } from './problem.ts';
import type { SyntheticPrompts, TokenLaw } from './scenario.ts';
import { readTokenLaw } from './token-law-section.ts';

type SyntheticSection = NonNullable<EffectiveWorkload['keys']['synthetic']>;

/** A workload's generated prompts; `undefined` where they are wrong. */
export function readSynthetic(
  parse: Parse,
  workload: EffectiveWorkload,
  section: SyntheticSection,
): SyntheticPrompts | undefined {
  const path = workload.pathOf('synthetic');
  checkRepetition(parse, section, path);
  const { output_tokens, shared_prefix_tokens: sharedPrefixTokens = 0, distinct } = section;
  const inputTokens = readTokenLaw(parse, section.input_tokens, [...path, 'input_tokens']);
  const outputTokens =
    output_tokens === undefined ? undefined : readTokenLaw(parse, output_tokens, [...path, 'output_tokens']);
  if (inputTokens !== undefined) checkLeast(parse, inputTokens, sharedPrefixTokens, path);
  const { system } = workload.keys;
  if (inputTokens === undefined || !parse.reading.isSound(path)) return undefined;
  return {
    kind: 'synthetic',
    inputTokens,
    ...(outputTokens === undefined ? {} : { outputTokens }),
    sharedPrefixTokens,
    ...(distinct === undefined ? {} : { distinct }),
    ...(system === undefined ? {} : { system }),
  };
}

function checkRepetition(
  { reading }: Parse,
  { unique, distinct }: SyntheticSection,
  path: ScenarioPath,
): void {
  if (unique === true && distinct !== undefined) {
    const message =
      '`distinct` stands beside `unique: true`: prompts are all different, or some of them repeat';
    reading.report([...path, 'distinct'], message, undefined, 'key');
  }
  if (unique === false && distinct === undefined) {
    const hint = 'distinct: 100 uses 100 prompts in turn';
    reading.report([...path, 'unique'], '`unique: false` needs `distinct`: how many different prompts', hint);
  }
}

/** What a distribution gives below the least length is lengthened; one whose middle is below it is an error. */
function checkLeast({ reading }: Parse, law: TokenLaw, prefixTokens: number, path: ScenarioPath): void {
  const salt = saltTokens(plainVocabulary);
  const asked = middleOf(law);
  if (asked >= prefixTokens + salt) return;
  const prefix = prefixTokens === 0 ? '' : ` beside the ${prefixTokens} of the shared prefix`;
  const message = `${asked} input tokens are too few: what makes a prompt different takes ${salt}${prefix}`;
  reading.report([...path, 'input_tokens'], message, `ask for at least ${prefixTokens + salt}`);
}

function middleOf(law: TokenLaw): number {
  switch (law.kind) {
    case 'fixed':
      return law.tokens;
    case 'uniform':
      return (law.min + law.max) / 2;
    case 'normal':
      return law.mean;
    default:
      return law.median;
  }
}
