import type { Environment } from '@tokenstorm/core';
import { defined } from './defined.ts';
import { flagKey } from './flag.ts';
import type { FlagValues } from './flag-values.ts';
import type { RunOptions } from './run-options.ts';

type Parsed = Readonly<Record<string, unknown>>;

/** What only the user can say. */
export type TargetQuestion = 'provider' | 'model';

/** What is asked for where GLM is not told which model. */
const glmModel = 'glm-4.6';

/** Where a command sends that goes to GLM unless told otherwise. */
export interface ToldTarget {
  /** As commander would have parsed them. */
  readonly values: Parsed;
  readonly asksFor: readonly TargetQuestion[];
}

/** From the flags; else GLM where its key is set; else the address in the variable of OpenAI's or Anthropic's SDK. */
export function targetOf(values: FlagValues, environment: Environment): ToldTarget {
  const provider = providerOf(values, environment);
  const named: Parsed = provider === undefined ? {} : { [flagKey('--provider')]: [provider] };
  const isKnown = provider !== undefined || isAddressed(values, environment);
  if (values.isGiven('--model')) return { values: named, asksFor: isKnown ? [] : ['provider'] };
  if (provider === 'glm') return { values: { ...named, [flagKey('--model')]: [glmModel] }, asksFor: [] };
  return { values: named, asksFor: [...(isKnown ? [] : (['provider'] as const)), 'model'] };
}

function providerOf(values: FlagValues, environment: Environment): string | undefined {
  const given = values.text('--provider');
  if (given !== undefined) return given;
  return !isAddressedByFlag(values) && environment['GLM_API_KEY'] ? 'glm' : undefined;
}

function isAddressed(values: FlagValues, environment: Environment): boolean {
  if (isAddressedByFlag(values)) return true;
  const variable = values.text('--endpoint-type') === 'messages' ? 'ANTHROPIC_BASE_URL' : 'OPENAI_BASE_URL';
  return Boolean(environment[variable]);
}

function isAddressedByFlag(values: FlagValues): boolean {
  return values.isGiven('--url') || values.switchValue('--with-sim') === true;
}

/** What a user said to the questions. */
export interface TargetAnswers {
  readonly provider?: string;
  readonly url?: string;
  readonly model?: string;
}

/** The same run with what the user answered. */
export function answered(run: RunOptions, { provider, url, model }: TargetAnswers): RunOptions {
  const models = model === undefined ? undefined : [model];
  return { ...run, scenario: { ...run.scenario, ...defined({ provider, url, models }) } };
}
