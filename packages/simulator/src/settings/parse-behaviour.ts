import { defaultBehaviour } from './behaviour.ts';
import type { Latency, ModelBehaviour } from './behaviour.ts';
import * as check from './checks.ts';
import type { Check } from './checks.ts';
import { faultKinds } from './fault.ts';
import type { FaultKind, FaultPlan, FaultRates } from './fault.ts';
import { limitChecks } from './limit-behaviour.ts';

type Changes = { -readonly [Key in keyof ModelBehaviour]?: ModelBehaviour[Key] };

const checks: { readonly [Key in keyof ModelBehaviour]: Check<ModelBehaviour[Key]> } = {
  ...limitChecks,
  ttftMs: latency,
  itlMs: latency,
  tokens: check.wholeNumber,
  maxTokens: check.oneOf('exact', 'limit', 'ignored'),
  tokensPerEvent,
  reasoningTokens: check.wholeNumber,
  reasoningField: check.oneOf('reasoning_content', 'reasoning'),
  reasoningText: check.oneOf('summary', 'raw'),
  hiddenReasoningTokens: check.wholeNumber,
  redactedReasoning: check.flag,
  reasoningInUsage: check.flag,
  answer: check.oneOf('text', 'tool_call', 'refusal', 'none'),
  text: check.oneOf('ascii', 'unicode', 'escaped'),
  role: check.oneOf('early', 'with_first', 'merged', 'none'),
  earlyHead: check.flag,
  finish: check.oneOf('separate', 'merged', 'none'),
  usage: check.oneOf('on_request', 'always', 'never', 'each_chunk'),
  messageUsage: check.oneOf('full', 'output', 'late'),
  done: check.flag,
  tailMs: check.nonNegative,
  tokenIds: check.flag,
  obfuscation: check.flag,
  promptTokens: check.orNull(check.wholeNumber),
  cachedPromptTokens: check.wholeNumber,
  cacheWritePromptTokens: check.wholeNumber,
  commentEvery: check.wholeNumber,
  pingMs: check.nonNegative,
  lineEnd: check.oneOf('lf', 'crlf', 'cr'),
  dataSpace: check.flag,
  multiLine: check.flag,
  eventsPerWrite: check.positiveWhole,
  burst: check.flag,
  splitBytes: (value, key) => (value === 'random' ? value : check.wholeNumber(value, key)),
  splitGapMs: check.nonNegative,
  framing: check.oneOf('chunked', 'content_length', 'close'),
  slots: check.wholeNumber,
  refusedParameters: check.strings,
  retryAfterSeconds: check.nonNegative,
  retryAfterForm: check.oneOf('seconds', 'date', 'ms', 'both', 'none'),
  faults: faultRates,
  faultPlan: parseFaultPlan,
  fault: check.orNull(check.oneOf(...faultKinds)),
  faultyAttempts: check.wholeNumber,
  faultAfterEvents: check.orNull(check.wholeNumber),
};

/** Changes to a behaviour, checked; keys may be camelCase or snake_case. Throws `SettingsError`. */
export function parseBehaviour(value: unknown, at = 'behaviour'): Partial<ModelBehaviour> {
  const changes: Changes = {};
  for (const [name, setting] of check.entriesOf(value, at)) {
    const key = check.camelCase(name);
    if (!isBehaviourKey(key)) throw new check.SettingsError(`${at}: unknown setting ${name}`);
    set(changes, key, checks[key](setting, `${at}.${name}`));
  }
  return changes;
}

/** Models by name with checked behaviours. Throws `SettingsError`. */
export function parseModels(value: unknown): Readonly<Record<string, Partial<ModelBehaviour>>> {
  const models = check.entriesOf(value, 'models');
  return Object.fromEntries(
    models.map(([name, changes]) => [name, parseBehaviour(changes, `models.${name}`)]),
  );
}

/** A plan: whole numbers from 1 with the fault of each, or `none`. Throws `SettingsError`. */
export function parseFaultPlan(value: unknown, key: string): FaultPlan {
  const plan: Record<number, FaultKind | 'none'> = {};
  for (const [ordinal, kind] of check.entriesOf(value, key)) {
    const number = check.positiveWhole(Number(ordinal), `${key}: ordinal ${ordinal}`);
    plan[number] = check.oneOf('none', ...faultKinds)(kind, `${key}.${ordinal}`);
  }
  return plan;
}

function isBehaviourKey(key: string): key is keyof ModelBehaviour {
  return Object.hasOwn(defaultBehaviour, key);
}

function set<Key extends keyof ModelBehaviour>(changes: Changes, key: Key, value: ModelBehaviour[Key]): void {
  changes[key] = value;
}

function tokensPerEvent(value: unknown, key: string): number | readonly number[] {
  if (!Array.isArray(value)) return check.positiveWhole(value, key);
  if (value.length === 0) check.refuse(key, 'a number or a list with at least one');
  return value.map((item, index) => check.positiveWhole(item, `${key}[${index}]`));
}

function latency(value: unknown, key: string): Latency {
  if (typeof value === 'number') return check.nonNegative(value, key);
  const [law, ...others] = check.entriesOf(value, key);
  if (law?.[0] === 'normal' && others.length === 0) {
    const given = parameters(law[1], `${key}.normal`);
    return { normal: { meanMs: given('meanMs'), stddevMs: given('stddevMs') } };
  }
  if (law?.[0] !== 'lognormal' || others.length > 0) check.refuse(key, 'a number, {normal} or {lognormal}');
  const given = parameters(law[1], `${key}.lognormal`);
  return { lognormal: { medianMs: given('medianMs'), sigma: given('sigma') } };
}

function parameters(value: unknown, key: string): (name: string) => number {
  const given = new Map(check.entriesOf(value, key).map(([name, item]) => [check.camelCase(name), item]));
  return (name) => check.nonNegative(given.get(name), `${key}.${name}`);
}

function faultRates(value: unknown, key: string): FaultRates {
  const rates: Partial<Record<FaultKind, number>> = {};
  let sum = 0;
  for (const [name, rate] of check.entriesOf(value, key)) {
    const kind = check.oneOf(...faultKinds)(name, key);
    rates[kind] = check.nonNegative(rate, `${key}.${kind}`);
    sum += rates[kind];
  }
  return sum <= 1 + 1e-9 ? rates : check.refuse(key, 'shares that add up to at most 1');
}
