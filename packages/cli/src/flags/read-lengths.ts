import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import type { SyntheticFlags, TokenLawFlag } from './run-options.ts';
import { parseTrafficScenario } from './traffic-scenario.ts';

const whole = { min: 1, integer: true } as const;

/** What the flags say of generated prompts, and of the length of answers where prompts are not generated. */
export interface LengthFlags {
  readonly synthetic?: SyntheticFlags;
  /** Beside other prompts. */
  readonly outputTokens?: number;
}

/** Lengths from `--isl`, `--osl` and their companions, or from `--traffic-scenario`. */
export function readLengths(values: FlagValues): LengthFlags {
  const lengths = values.isGiven('--traffic-scenario') ? readTraffic(values) : readIslOsl(values);
  const shared = values.number('--shared-prefix-tokens', { min: 0, integer: true }) ?? lengths.sharedPrefix;
  const distinct = values.number('--distinct-prompts', whole);
  if (lengths.input === undefined) {
    for (const name of [
      '--shared-prefix-tokens',
      '--random-prefix-len',
      '--distinct-prompts',
      '--isl-stddev',
      '--osl-stddev',
      '--random-range-ratio',
    ] as const) {
      if (values.isGiven(name)) values.problem(`${name} is for generated prompts: it needs --isl`);
    }
    return typeof lengths.output === 'number' ? { outputTokens: lengths.output } : {};
  }
  return {
    synthetic: {
      input_tokens: lengths.input,
      ...defined({
        output_tokens: lengths.output,
        shared_prefix_tokens: shared,
        distinct,
      }),
    },
  };
}

interface Lengths {
  readonly input?: TokenLawFlag;
  readonly output?: TokenLawFlag;
  readonly sharedPrefix?: number;
}

function readTraffic(values: FlagValues): Lengths {
  for (const name of [
    '--isl',
    '--isl-stddev',
    '--osl',
    '--osl-stddev',
    '--random-range-ratio',
    '--random-prefix-len',
  ] as const) {
    if (values.isGiven(name)) values.problem(`--traffic-scenario and ${name}: choose one`);
  }
  const text = values.text('--traffic-scenario') ?? '';
  const expected = 'D(100,1000), N(480,240)/(300,150), U(50,100)/(200,250) or P(2000,500)/200';
  return (
    parseTrafficScenario(text) ?? values.problem(`--traffic-scenario ${text}: expected ${expected}`) ?? {}
  );
}

function readIslOsl(values: FlagValues): Lengths {
  const ratio = readRatio(values);
  const prefix = values.number('--random-prefix-len', { min: 0, integer: true });
  const input = values.number('--isl', whole);
  const output = values.number('--osl', whole);
  const inputDeviation = values.number('--isl-stddev', { min: 0 });
  const outputDeviation = values.number('--osl-stddev', { min: 0 });
  if (outputDeviation !== undefined && output === undefined) values.problem('--osl-stddev needs --osl');
  if (ratio !== undefined && (inputDeviation ?? outputDeviation) !== undefined) {
    values.problem('--random-range-ratio and a standard deviation: choose one');
  }
  if (prefix !== undefined && values.isGiven('--shared-prefix-tokens')) {
    values.problem('--shared-prefix-tokens and --random-prefix-len: choose one');
  }
  return defined({
    input: longerBy(prefix ?? 0, law(input, inputDeviation, ratio)),
    output: law(output, outputDeviation, ratio),
    sharedPrefix: prefix,
  });
}

function readRatio(values: FlagValues): number | undefined {
  // SGLang's lengths are uniform from the ratio to 1 times the length: 1 is what its users write for fixed ones.
  if (values.text('--random-range-ratio')?.trim() !== '1')
    return values.number('--random-range-ratio', { min: 0, max: 0.999 });
  return values.problem(
    "--random-range-ratio 1: expected a number below 1; fixed lengths, which SGLang's 1 stands for, are 0 here",
  );
}

function longerBy(tokens: number, length: TokenLawFlag | undefined): TokenLawFlag | undefined {
  if (length === undefined) return undefined;
  if (typeof length === 'number') return length + tokens;
  if ('mean' in length) return { ...length, mean: length.mean + tokens };
  return { min: length.min + tokens, max: length.max + tokens };
}

function law(
  tokens: number | undefined,
  stddev: number | undefined,
  ratio: number | undefined,
): TokenLawFlag | undefined {
  if (tokens === undefined) return undefined;
  if (stddev !== undefined && stddev > 0) return { mean: tokens, stddev };
  if (ratio === undefined || ratio === 0) return tokens;
  return { min: Math.max(1, Math.floor(tokens * (1 - ratio))), max: Math.ceil(tokens * (1 + ratio)) };
}
