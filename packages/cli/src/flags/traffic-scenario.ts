import type { TokenLawFlag } from './run-options.ts';

/** Lengths as a scenario file has them. */
export interface TrafficLengths {
  readonly input: TokenLawFlag;
  readonly output: TokenLawFlag;
  readonly sharedPrefix?: number;
}

/**
 * The lengths of genai-bench's traffic scenarios: `D(input,output)` fixed, `N(mean,stddev)/(mean,stddev)` normal,
 * `U(min,max)/(min,max)` uniform (`U(max,max)` from 1 on), `P(prefix,rest)/output` with a shared prefix. Undefined for others.
 */
export function parseTrafficScenario(text: string): TrafficLengths | undefined {
  const match = /^([DNUP])\((\d+),(\d+)\)(?:\/\(?(\d+)(?:,(\d+)\))?)?$/.exec(text.replaceAll(' ', ''));
  if (match === null) return undefined;
  const [first = 0, second = 0, ...rest] = match
    .slice(2)
    .flatMap((digits) => (digits ? [Number(digits)] : []));
  return lengthsOf(`${match[1] ?? ''}${rest.length}`, [first, second, rest[0] ?? 0, rest[1] ?? 0]);
}

function lengthsOf(
  form: string,
  [a, b, c, d]: readonly [number, number, number, number],
): TrafficLengths | undefined {
  switch (form) {
    case 'D0':
      return { input: a, output: b };
    case 'N2':
      return { input: { mean: a, stddev: b }, output: { mean: c, stddev: d } };
    case 'U2':
      return { input: { min: a, max: b }, output: { min: c, max: d } };
    case 'U0':
      return { input: { min: 1, max: a }, output: { min: 1, max: b } };
    case 'P1':
      return { input: a + b, output: c, sharedPrefix: a };
    default:
      return undefined;
  }
}
