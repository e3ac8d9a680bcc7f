import type { ScenarioContext } from '../context.ts';
import { parseScenario } from '../parse.ts';
import type { ParsedScenario } from '../parse.ts';
import { ScenarioError } from '../problem.ts';
import type { ScenarioProblem } from '../problem.ts';
import type { ScenarioOverride } from '../reading.ts';

/** A context with these variables and files; a data set's id is `id of ` and its text's length. */
export function contextOf(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): ScenarioContext {
  return {
    env,
    readText(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return text;
    },
    hash: (text) => `id of ${text.length}`,
  };
}

/** Parses the text of `dir/test.yaml`. */
export function parseText(
  text: string,
  context: ScenarioContext = contextOf(),
  overrides: readonly ScenarioOverride[] = [],
): ParsedScenario {
  return parseScenario({ path: 'dir/test.yaml', text }, context, overrides);
}

/** The problems of a scenario that must have some. */
export function problemsOf(
  text: string,
  context: ScenarioContext = contextOf(),
  overrides: readonly ScenarioOverride[] = [],
): readonly ScenarioProblem[] {
  try {
    parseText(text, context, overrides);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  throw new Error('The scenario was accepted.');
}

/** The problems as `line:column message` with `(hint)`, or `flag message`. */
export function problemLines(...parameters: Parameters<typeof problemsOf>): readonly string[] {
  return problemsOf(...parameters).map(({ place, message, hint }) => {
    const start =
      place === undefined ? '' : 'flag' in place ? `${place.flag} ` : `${place.line}:${place.column} `;
    return `${start}${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}

/** A right scenario with these lines as its only workload, which has a name and a prompt already. */
export function withWorkload(lines: string): string {
  return `providers: [{ name: own, type: openai-compatible, base_url: "http://127.0.0.1:1/v1", models: [m] }]
workload:
  scenarios:
    - name: load
      prompt: Hi
${lines.replaceAll(/^/gm, '      ')}
`;
}

/** A right scenario with these lines as its only provider. */
export function withProvider(lines: string): string {
  return `workload: { scenarios: [{ name: load, prompt: Hi, requests: 1 }] }
providers:
  -
${lines.replaceAll(/^/gm, '    ')}
`;
}
