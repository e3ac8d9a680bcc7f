import { describe, expect, it } from 'vitest';
import { problemLines, withProvider, withWorkload } from './__fixtures__/scenarios.ts';

const own = 'name: own\ntype: openai-compatible\nmodels: [m]\nbase_url: http://h\n';

describe('what the schema knows and this version cannot do', () => {
  it.each([
    [withProvider(`${own}scrape: { url: "http://h/metrics", interval: 5s }`), '`scrape`'],
    [withProvider(`${own}endpoint: embeddings`), 'endpoint `embeddings`'],
    [withProvider(`${own}tls: { key: k.pem }`), 'client certificate key'],
    [withProvider('name: g\ntype: google\nmodels: [m]'), 'provider type `google`'],
    [withWorkload('requests: 1\ntarget_mode: split'), 'target mode `split`'],
    [withWorkload('executor: trace-replay'), 'executor `trace-replay`'],
    [
      `${withWorkload('requests: 1')}search: { scenario: load, vary: rate, from: 1, to: 200, precision: 5%, step: 60s, until: "goodput < 0.95" }`,
      '`search`',
    ],
    [
      `${withWorkload('requests: 1')}output: { export: [{ format: otlp, path: r.otlp }] }`,
      'export format `otlp`',
    ],
  ])('refuses %j', (text, part) => {
    const [problem, ...others] = problemLines(text);
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^\\d+:\\d+ ${part} is not supported yet`));
  });

  it('refuses traces, beside what else they lack', () => {
    const trace = 'trace: { path: t.jsonl, format: mooncake, time_scale: 2, slice: 0s..10m }';
    expect(problemLines(withWorkload(`requests: 1\n${trace}`))).toEqual(['7:7 `trace` is not supported yet']);
  });

  it('takes the values that are built where a choice is not', () => {
    const built = `${withWorkload('requests: 1\ntarget_mode: each')}execution: { client: wire, on_worker_loss: resume }`;
    expect(() => problemLines(built)).toThrow('The scenario was accepted.');
  });
});
