import { describe, expect, it } from 'vitest';
import { contextOf, parseText } from '../scenario/__fixtures__/scenarios.ts';
import { context, wholeScenario } from '../scenario/__fixtures__/whole-scenario.ts';
import { scenarioFacts } from './scenario-facts.ts';

const literals = {
  header: 'h3ader-literal',
  query: 'qu3ry-literal',
  user: 'us3r-literal',
  password: 'pa55-literal',
  path: 'p4th-literal-of-32-characters-00',
  body: 'b0dy-literal',
  nested: 'n3sted-literal',
  run: 'w0rkload-literal',
  influx: '1nflux-literal',
  bare: 'sk-0123456789abcdef',
};

const secretive = `
name: secretive
providers:
  - name: own
    type: openai-compatible
    base_url: "https://own.test/${literals.path}/v1"
    models: [m]
    api_key: "\${OWN_KEY}"
    headers: { X-Tenant: ${literals.header}, Authorization: "Bearer \${OWN_KEY}" }
    query: { code: ${literals.query} }
workload:
  scenarios:
    - name: one
      prompt: "Say ${literals.bare} ${'long '.repeat(200)}"
      requests: 3
      headers: { X-Session: ${literals.run} }
      extra_body: { user: ${literals.body}, metadata: { id: ${literals.nested} }, api_key: high, pass: hunter, reasoning_effort: high, top_k: 5 }
`;

describe('the scenario in a report', () => {
  it('has every default filled in, and names as the file has them', () => {
    const facts = scenarioFacts(parseText(wholeScenario, context).scenario);
    expect(facts).toMatchObject({
      name: 'whole',
      seed: 7,
      regions: [
        { name: 'eu', weight: 0.25 },
        { name: 'us', weight: 0.75 },
      ],
      execution: { max_concurrency: 50, retry: { max_attempts: 4 } },
      workloads: [
        {
          name: 'ramp',
          load: { executor: 'ramping-arrival-rate', start_rate_per_second: 1 },
          warmup_ms: 10_000,
        },
        { name: 'plain', prompts: { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] } },
      ],
    });
    expect(facts['targets']).toMatchObject([
      { key: 'own/a', base_url: [{ region: 'eu' }, { region: 'us', url: 'http://us:8000/v1' }] },
      { key: 'own/b', api_key: '${KEY}', headers: ['x-trace'], query: ['v'], tls: { own_authorities: true } },
      { key: 'openai/gpt-4o-mini' },
    ]);
  });

  it('holds no secret that the file has', () => {
    const { scenario } = parseText(secretive, contextOf({ OWN_KEY: 'k3y-value' }));
    const [target] = scenario.targets;
    const baseUrl = `https://${literals.user}:${literals.password}@own.test/${literals.path}/v1?code=${literals.query}`;
    const facts = scenarioFacts({ ...scenario, targets: [{ ...target!, baseUrl }] });
    const text = JSON.stringify(facts);
    for (const literal of Object.values(literals)) expect(text).not.toContain(literal);
    expect(text).not.toContain('k3y-value');
    expect(text).not.toContain('CERTIFICATE');
    expect(facts['targets']).toMatchObject([
      { base_url: 'https://own.test/***/v1', headers: ['x-tenant', 'authorization'], query: ['code'] },
    ]);
    expect(facts['workloads']).toMatchObject([
      {
        headers: ['x-session'],
        extra_body: [
          { key: 'user', value: '***' },
          { key: 'metadata', value: '***' },
          { key: 'api_key', value: '***' },
          { key: 'pass', value: '***' },
          { key: 'reasoning_effort', value: 'high' },
          { key: 'top_k', value: 5 },
        ],
      },
    ]);
  });

  it('keeps 300 characters of a prompt', () => {
    const { scenario } = parseText(secretive, contextOf({ OWN_KEY: 'k3y-value' }));
    expect(scenarioFacts(scenario)['workloads']).toMatchObject([
      { prompts: { messages: [{ content: expect.stringMatching(/^Say \*+ (long )+.{0,5}…$/) }] } },
    ]);
    const [workload] = scenarioFacts(scenario)['workloads'] as readonly {
      prompts: { messages: { content: string }[] };
    }[];
    expect(workload?.prompts.messages[0]?.content).toHaveLength(301);
  });

  it('never has the user and password of a database', () => {
    const { scenario } = parseText(wholeScenario, context);
    const influx = {
      url: `http://admin:${literals.influx}@db.test:8086/?p=${literals.influx}`,
      database: 'd',
    };
    const facts = scenarioFacts({ ...scenario, influx });
    expect(facts['influx']).toEqual({ url: 'http://db.test:8086/', database: 'd' });
  });
});
