import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines, withProvider } from './__fixtures__/scenarios.ts';

const noFiles = contextOf({ OPENAI_API_KEY: 'sk-very-secret-key' });

function targetOf(lines: string, env: Readonly<Record<string, string>> = {}): unknown {
  return parseText(withProvider(lines), contextOf(env)).scenario.targets[0];
}

describe('the preset openai', () => {
  const preset = 'name: openai\nmodels: [m]';

  it('is the official API with the key of OPENAI_API_KEY, kept as a reference', () => {
    expect(targetOf(preset, { OPENAI_API_KEY: 'k' })).toMatchObject({
      type: 'openai',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: '${OPENAI_API_KEY}',
    });
  });

  it('needs that key, but only where something is sent', () => {
    expect(problemLines(withProvider(preset))).toEqual([
      '4:5 the environment variable `OPENAI_API_KEY` is not set, and provider `openai` takes its key from there (set it, or give the provider an `api_key: ${NAME}`; no key is needed with a base_url of your own)',
    ]);
    const context = { ...contextOf(), checksWorkerEnvironment: false };
    expect(parseText(withProvider(preset), context).scenario.targets).toHaveLength(1);
  });

  it('is where OPENAI_BASE_URL says, with the key where there is one', () => {
    const url = { OPENAI_BASE_URL: 'http://127.0.0.1:8089/v1' };
    expect(targetOf(preset, url)).toMatchObject({ baseUrl: '${OPENAI_BASE_URL}' });
    expect(targetOf(preset, url)).not.toHaveProperty('apiKey');
    expect(targetOf(preset, { ...url, OPENAI_API_KEY: 'k' })).toHaveProperty('apiKey', '${OPENAI_API_KEY}');
  });

  it('does not send the key to a base_url of the file, unless the file says so', () => {
    const own = `${preset}\nbase_url: http://h:1/v1`;
    expect(targetOf(own, { OPENAI_API_KEY: 'k' })).not.toHaveProperty('apiKey');
    expect(targetOf(`${own}\napi_key: \${OPENAI_API_KEY}`, { OPENAI_API_KEY: 'k' })).toHaveProperty(
      'apiKey',
      '${OPENAI_API_KEY}',
    );
  });
});

describe('the preset anthropic', () => {
  const preset = 'name: anthropic\nmodels: [m]';

  it('is the official messages API with the key of ANTHROPIC_API_KEY', () => {
    expect(targetOf(preset, { ANTHROPIC_API_KEY: 'k' })).toMatchObject({
      type: 'anthropic',
      endpoint: 'messages',
      baseUrl: 'https://api.anthropic.com',
      apiKey: '${ANTHROPIC_API_KEY}',
    });
    expect(problemLines(withProvider(preset))).toEqual([
      expect.stringContaining('the environment variable `ANTHROPIC_API_KEY` is not set'),
    ]);
  });

  it('is where ANTHROPIC_BASE_URL says, with its own key and no other', () => {
    const url = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:8089', OPENAI_API_KEY: 'k' };
    expect(targetOf(preset, url)).toMatchObject({ baseUrl: '${ANTHROPIC_BASE_URL}' });
    expect(targetOf(preset, url)).not.toHaveProperty('apiKey');
    expect(targetOf(preset, { ...url, ANTHROPIC_API_KEY: 'k' })).toHaveProperty(
      'apiKey',
      '${ANTHROPIC_API_KEY}',
    );
  });

  it.each([
    ['https://api.anthropic.com', true],
    ['https://api.anthropic.com/v1', true],
    ['https://api.anthropic.com:443/', true],
    ['http://api.anthropic.com', false],
    ['https://api.anthropic.com.example.org', false],
    ['https://api.z.ai/api/anthropic', false],
    ['${OPENAI_BASE_URL}', false],
  ])('with the base_url %s sends its key: %s', (baseUrl, isSent) => {
    const env = { ANTHROPIC_API_KEY: 'k', OPENAI_BASE_URL: 'http://h' };
    const target = targetOf(`${preset}\nbase_url: ${JSON.stringify(baseUrl)}`, env);
    expect(Object.hasOwn(target as object, 'apiKey')).toBe(isSent);
  });

  it('needs no key where a header carries one', () => {
    const target = targetOf(`${preset}\nheaders: { authorization: "Bearer \${TOKEN}" }`, { TOKEN: 't' });
    expect(target).not.toHaveProperty('apiKey');
  });
});

describe('the preset glm', () => {
  it("is z.ai's coding plan with the key of GLM_API_KEY", () => {
    const env = { GLM_API_KEY: 'k', OPENAI_BASE_URL: 'http://h', OPENAI_API_KEY: 'k' };
    expect(targetOf('name: glm\nmodels: [glm-4.6]', env)).toMatchObject({
      type: 'glm',
      endpoint: 'chat',
      baseUrl: 'https://api.z.ai/api/coding/paas/v4',
      apiKey: '${GLM_API_KEY}',
    });
    expect(targetOf('name: glm\nmodels: [m]\nbase_url: http://h', env)).not.toHaveProperty('apiKey');
  });
});

describe('endpoints', () => {
  it.each([
    ['openai', undefined, 'chat'],
    ['openai', 'responses', 'responses'],
    ['openai-compatible', 'responses', 'responses'],
    ['anthropic', undefined, 'messages'],
    ['anthropic', 'messages', 'messages'],
    ['glm', 'chat', 'chat'],
  ])('of %s: %s is %s', (type, asked, endpoint) => {
    const lines = `name: own\ntype: ${type}\nmodels: [m]\nbase_url: http://h`;
    const target = targetOf(asked === undefined ? lines : `${lines}\nendpoint: ${asked}`);
    expect(target).toMatchObject({ type, endpoint });
  });
});

describe('providers', () => {
  const own = 'name: own\ntype: openai-compatible\nmodels: [m]';

  it.each([
    [
      'name: own\nmodels: [m]\nbase_url: http://h',
      '4:11 `own` is not the name of a preset, and there is no `type` (add `type: openai-compatible` for a server that speaks the OpenAI API)',
    ],
    [
      'name: opanai\nmodels: [m]',
      '4:11 `opanai` is not the name of a preset, and there is no `type` (did you mean `openai`?)',
    ],
    [
      'name: google\nmodels: [m]',
      '4:11 provider `google` is not supported yet (supported now: openai, openai-compatible, anthropic, glm)',
    ],
    [
      'name: own\ntype: http\nmodels: [m]',
      '5:11 provider type `http` is not supported yet (supported now: openai, openai-compatible, anthropic, glm)',
    ],
    [
      own,
      '4:5 `base_url` is missing: provider `own` has no default (such as base_url: http://127.0.0.1:8000/v1)',
    ],
    [`${own}\nbase_url: h:80`, '7:15 `base_url` is not an HTTP URL (such as http://127.0.0.1:8000/v1)'],
    [
      `${own}\nbase_url: http://u:p@h`,
      '7:15 `base_url` holds a user name or password (put it into headers, as a ${NAME})',
    ],
    [
      `${own}\nbase_url: http://h?a=1`,
      '7:15 `base_url` holds a query (put it into `query` of a scenario file)',
    ],
    [`${own}\nbase_url: { eu: http://h }`, '7:17 `eu` is not a region (known here: default)'],
    [`${own}\nbase_url: { eu: http://h }`, '7:5 `base_url` has no URL for the region default'],
    [
      `${own}\nbase_url: \${NO}`,
      '7:15 the environment variable `NO` is not set (export NO=… before the run)',
    ],
    [
      `${own}\nbase_url: http://h\nendpoint: completions`,
      '8:15 endpoint `completions` is not supported yet (supported now: chat, responses, messages)',
    ],
    [
      `${own}\nbase_url: http://h\nendpoint: messages`,
      '8:15 `messages` is not an endpoint of openai-compatible, which has chat and responses (`type: anthropic` has it, with the `base_url` of a server that speaks it)',
    ],
    [
      'name: anthropic\nmodels: [m]\nendpoint: chat',
      '6:15 `chat` is not an endpoint of anthropic, which has messages (`type: openai-compatible` has it, with the `base_url` of a server that speaks it)',
    ],
    [
      'name: glm\nmodels: [m]\nendpoint: responses',
      '6:15 `responses` is not an endpoint of glm, which has chat (`type: openai-compatible` has it, with the `base_url` of a server that speaks it)',
    ],
    [`${own}\nbase_url: http://h\nmodels2: [m]`, '8:5 unknown key `models2` (did you mean `models`?)'],
    [
      `${own}\nbase_url: http://h\nheaders: { Content-Length: "1" }`,
      '8:16 `Content-Length` is written by the client itself',
    ],
    [
      `${own}\nbase_url: http://h\ntls: { ca: no.pem }`,
      "8:16 cannot read no.pem: ENOENT: no such file, open 'dir/no.pem' (a path starts from the scenario file's folder)",
    ],
    [`${own}\nbase_url: http://h\ntls: { cert: c.pem }`, '8:12 client certificate is not supported yet'],
    [
      'name: own\ntype: openai-compatible\nmodels: [m, m]\nbase_url: http://h',
      '6:17 the model `m` is listed twice',
    ],
  ])('refuses %j', (lines, problem) => {
    expect(problemLines(withProvider(lines), noFiles)).toContain(problem);
  });

  it('has one URL for each region', () => {
    const text = `regions: { eu: 1, us: 3 }\n${withProvider(`${own}\nbase_url: { eu: http://e, us: http://u }`)}`;
    const { scenario } = parseText(text);
    expect(scenario.regions).toEqual([
      { name: 'eu', weight: 0.25 },
      { name: 'us', weight: 0.75 },
    ]);
    expect(scenario.targets[0]?.baseUrl).toEqual({ eu: 'http://e', us: 'http://u' });
    expect(
      problemLines(`regions: { eu: 50%, us: 3 }\n${withProvider(`${own}\nbase_url: http://h`)}`),
    ).toEqual(['1:1 `regions` mixes shares in percent and weights (use one of them)']);
  });

  it('are told apart by their names', () => {
    const text = `providers:
  - { name: a, type: openai-compatible, base_url: "http://h", models: [m] }
  - { name: a, type: openai-compatible, base_url: "http://i", models: [m] }
workload: { scenarios: [{ name: w, prompt: Hi, requests: 1, providers: [b] }, { name: w, prompt: Hi, requests: 1 }] }
`;
    expect(problemLines(text)).toEqual([
      '3:13 a second provider is called `a` (give it another name, and its dialect as `type`)',
      '4:73 `b` is not a provider of this file (did you mean `a`?)',
      '4:87 a second workload is called `w` (each has a name of its own: it is the label in the report)',
    ]);
  });
});

describe('keys', () => {
  it('written out are refused, and shown nowhere', () => {
    const text = `providers:
  - { name: openai, api_key: sk-live-abcdef, modles: [m] }
  - name: own
    type: openai-compatible
    base_url: http://u:hunter2@h/v1
    models: [m]
    api_key: hunter3
    headers: { Authorization: Bearer hunter4, x-trace: ok }
workload: { scenarios: [{ name: w, prompt: Hi, requests: 1, headers: { X-Api-Key: hunter5 } }] }
`;
    const lines = problemLines(text, noFiles);
    expect(lines).toContain(
      '7:14 `api_key` holds a key itself; a scenario names an environment variable instead (write api_key: ${MY_API_KEY} and set that variable, or leave api_key out where the server wants none)',
    );
    expect(lines.filter((line) => line.includes('holds a key itself'))).toHaveLength(3);
    expect(() => parseText(text, noFiles)).toThrow('modles');
    expect(() => parseText(text, noFiles)).not.toThrow(/hunter|abcdef|very-secret/);
  });

  it('from a variable are checked, not shown', () => {
    const text = withProvider('name: own\ntype: openai-compatible\nmodels: [m]\nbase_url: ${SECRET_URL}');
    const context = contextOf({ SECRET_URL: 'ftp://hunter2' });
    expect(problemLines(text, context)).toEqual([
      '7:15 `base_url`, with its variables filled in, is not an HTTP URL (such as http://127.0.0.1:8000/v1)',
    ]);
  });
});
