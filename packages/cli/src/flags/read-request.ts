import { defined } from './defined.ts';
import { parseDurationFlag } from './duration-flag.ts';
import type { FlagValues } from './flag-values.ts';
import { isPlainObject, readObject, readScalar, splitPair } from './key-value.ts';
import type { ScenarioFlags } from './run-options.ts';

type RequestFlags = Pick<
  ScenarioFlags,
  'maxTokens' | 'temperature' | 'streaming' | 'extraBody' | 'requestTimeout'
>;

/** What a request holds and how long it may take, from the flags. */
export function readRequest(values: FlagValues): RequestFlags {
  return {
    extraBody: { ...readExtraBody(values), ...readExtraInputs(values) },
    ...defined({
      maxTokens: values.number('--max-tokens', { min: 1, integer: true }),
      temperature: values.number('--temperature', { min: 0 }),
      streaming: values.switchValue('--streaming'),
      requestTimeout: readTimeout(values),
    }),
  };
}

function readTimeout(values: FlagValues): string | undefined {
  const text = values.text('--request-timeout-seconds');
  if (text !== undefined && /[a-z]\s*$/.test(text)) {
    const expected = 'expected seconds, or a duration such as 30s or 2m';
    return parseDurationFlag(text) ?? values.problem(`--request-timeout-seconds ${text}: ${expected}`);
  }
  const seconds = values.number('--request-timeout-seconds', { min: 0.001 });
  return seconds === undefined ? undefined : `${Math.round(seconds * 1000)}ms`;
}

function readExtraBody(values: FlagValues): Readonly<Record<string, unknown>> {
  const text = values.text('--extra-request-body');
  if (text === undefined) return {};
  return readObject(text) ?? values.problem('--extra-request-body: expected a JSON object') ?? {};
}

/** `key:value` pairs, or AIPerf's other form, a JSON object. */
function readExtraInputs(values: FlagValues): Readonly<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {};
  for (const text of values.all('--extra-inputs')) {
    const object = readObject(text);
    const pair = object === undefined ? splitPair(text, ':') : undefined;
    if (isPlainObject(object)) Object.assign(inputs, object);
    else if (pair === undefined) values.problem(`--extra-inputs ${text}: expected key:value`);
    else inputs[pair[0]] = readScalar(pair[1]);
  }
  return inputs;
}
