import { describe, expect, it } from 'vitest';
import { parseText, problemLines, withWorkload } from './__fixtures__/scenarios.ts';

function scenario(exportTarget: string): string {
  return `${withWorkload('requests: 1')}output: { export: [${exportTarget}] }\n`;
}

describe('exports', () => {
  it('keep their path with its variables', () => {
    const text = scenario('{ format: json, path: "r/{name}_{timestamp}_{run}.json" }');
    expect(parseText(text).scenario.exports).toEqual([
      { format: 'json', path: 'r/{name}_{timestamp}_{run}.json' },
    ]);
  });

  it.each(['json', 'csv', 'jsonl'])('may be %s', (format) => {
    const { exports } = parseText(scenario(`{ format: ${format}, path: x }`)).scenario;
    expect(exports).toEqual([{ format, path: 'x' }]);
  });

  it.each([
    ['{ format: json }', '7:20 `path` is missing: json is written to a file'],
    ['{ format: json, path: "{nmae}.json" }', '7:42 `{nmae}` in a path is not known (did you mean `name`?)'],
    ['{ format: json, path: r.json, url: "http://h" }', '7:50 `url` does not go with the format json'],
  ])('refuses %s', (target, problem) => {
    expect(problemLines(scenario(target))).toEqual([problem]);
  });
});
