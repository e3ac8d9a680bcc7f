import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines, withProvider, withWorkload } from './__fixtures__/scenarios.ts';

const own = 'name: own\ntype: openai-compatible\nmodels: [m]\n';
const distributed = { ...contextOf(), isDistributed: true };
const exporting = (target: string) =>
  `${withWorkload('requests: 1')}output: { export: [{ format: json, path: r.json }, ${target}] }`;

describe('what a run over Redis cannot have', () => {
  it.each([
    [
      exporting('{ format: csv, path: r.csv }'),
      'the export format `csv` with --redis is not supported yet: it has a line for each request, and those stay with the workers (supported with --redis: json, html, markdown, junit, msgpack, influxdb. For a line a request run from one machine: without --redis, with --processes auto)',
    ],
    [
      exporting('{ format: jsonl, path: r.jsonl }'),
      'the export format `jsonl` with --redis is not supported yet',
    ],
    [
      withProvider(`${own}base_url: http://h\nquery: { api_key: abc }`),
      '`api_key` holds a key, which would go through Redis',
    ],
  ])('is refused with its place: %j', (text, message) => {
    const [problem, ...others] = problemLines(text, distributed);
    expect(others).toEqual([]);
    expect(problem).toContain(message);
    expect(problem).toMatch(/^\d+:\d+ /);
    expect(() => parseText(text)).not.toThrow();
  });

  it('has all problems in one error, those of flags with the flag', () => {
    const text = withProvider(`${own}base_url: http://h\nquery: { api_key: abc }`);
    const overrides = [
      { path: ['output', 'export', 0, 'format'], value: 'csv', origin: '--export' },
      { path: ['output', 'export', 0, 'path'], value: 'r.csv', origin: '--export' },
    ];
    const lines = problemLines(text, distributed, overrides);
    expect(lines).toHaveLength(2);
    expect(lines.find((line) => line.startsWith('--export the export format `csv`'))).toBeDefined();
  });

  it('is not limits: all workers keep them together', () => {
    const text = withProvider(`${own}base_url: http://h\nlimits: { requests_per_minute: 5 }`);
    expect(parseText(text, distributed).scenario.limits).toHaveLength(1);
  });

  it('is not what the workers look up themselves', () => {
    const keys = 'base_url: ${URL}\nquery: { key: "${KEY}", version: v1 }\napi_key: ${OPENAI_API_KEY}';
    const { scenario } = parseText(withProvider(own + keys), {
      ...distributed,
      checksWorkerEnvironment: false,
    });
    expect(scenario.targets[0]).toMatchObject({ baseUrl: '${URL}', apiKey: '${OPENAI_API_KEY}' });
  });
});
