import { describe, expect, it } from 'vitest';
import { contextOf, parseText, problemLines } from './__fixtures__/scenarios.ts';

const files = {
  'dir/q.jsonl': '{"question":"A?","id":1}\n{"question":"B?","id":2}\n',
  'dir/p.csv': 'prompt,lang\n"Hi, you",en\nSalut,fr\n',
  '/abs/chats.ndjson': '{"messages":[{"role":"user","content":"C"}],"who":"x"}\n',
  'dir/mixed.jsonl': '{"messages":[{"role":"user","content":"C"}]}\n{"prompt":"D"}\n',
  'dir/gpt.json': '[{"conversations":[{"from":"human","value":"A"},{"from":"gpt","value":"B"}]}]',
  'dir/data.txt': 'x',
  'dir/bad.jsonl': '{"prompt":"ok"}\n{oops\n',
  'dir/empty.jsonl': '\n\n',
};
const context = contextOf({}, files);

function scenario(lines: string): string {
  return `providers: [{ name: own, type: openai-compatible, base_url: "http://h/v1", models: [m] }]
workload:
  scenarios:
    - name: load
      requests: 1
${lines.replaceAll(/^/gm, '      ')}
`;
}

describe('prompts', () => {
  it.each([
    ['prompt: Hi', { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] }],
    [
      'system: S\nmessages: [{ role: user, content: U }]',
      {
        kind: 'messages',
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'U' },
        ],
      },
    ],
    [
      'prompts: { path: ./q.jsonl, template: "{{id}}: {{question}}" }\nsystem: You.',
      {
        kind: 'dataset',
        dataset: 'id of 50.jsonl',
        template: [
          { role: 'system', content: 'You.' },
          { role: 'user', content: '{{id}}: {{question}}' },
        ],
      },
    ],
    [
      'prompts: { path: p.csv }',
      { kind: 'dataset', dataset: 'id of 34.csv', template: [{ role: 'user', content: '{{prompt}}' }] },
    ],
    ['prompts: { path: /abs/chats.ndjson }', { kind: 'dataset', dataset: 'id of 55.jsonl' }],
    [
      'prompts: { path: gpt.json, output_tokens: from_dataset }',
      { kind: 'dataset', dataset: 'id of 77.json', outputTokens: 'from-dataset' },
    ],
    [
      'prompts: { path: /abs/chats.ndjson }\nsystem: "To {{who}}"',
      { kind: 'dataset', dataset: 'id of 55.jsonl', system: { role: 'system', content: 'To {{who}}' } },
    ],
  ])('reads %j', (lines, prompts) => {
    expect(parseText(scenario(lines), context).scenario.workloads[0]?.prompts).toEqual(prompts);
  });

  it.each([
    [
      'stream: true',
      '4:7 the workload `load` has no prompts (give it `prompt`, `messages`, `prompts: { path: questions.jsonl }` or `synthetic: { input_tokens: 512 }`)',
    ],
    [
      'prompt: Hi\nmessages: [{ role: user, content: U }]',
      '7:7 `messages` stands beside `prompt`: a workload has one source of prompts',
    ],
    [
      'system: S\nmessages: [{ role: system, content: U }]',
      '6:15 `system` stands beside a system message in `messages`',
    ],
    ['messages: [{ role: tool, content: U }]', '6:26 `role` must be system, user or assistant'],
    [
      'prompts: { path: q.jsonl }',
      '6:7 q.jsonl has no column `prompt` (add template: "{{question}}"; columns: question, id)',
    ],
    [
      'prompts: { path: q.jsonl, template: "{{qestion}}" }',
      '6:43 q.jsonl has no column `qestion` (did you mean `question`?)',
    ],
    [
      'prompts: { path: mixed.jsonl }',
      '6:7 row 2 of mixed.jsonl has no `messages`, but others have (give each row its messages, or give a `template`)',
    ],
    [
      'prompts: { path: data.txt }',
      '6:24 the extension of data.txt does not say its format (add format: jsonl, format: json or format: csv)',
    ],
    ['prompts: { path: bad.jsonl }', '6:24 bad.jsonl: line 2: not JSON'],
    ['prompts: { path: empty.jsonl }', '6:24 empty.jsonl has no rows'],
    [
      'prompts: { path: "worker:x.jsonl" }',
      '6:24 `worker:x.jsonl` is not an absolute path (each worker reads it from its own disk: worker:/data/questions.jsonl)',
    ],
    [
      'prompts: { path: "worker:/data" }',
      '6:24 the extension of worker:/data does not say its format (add format: jsonl, format: json or format: csv)',
    ],
    [
      'prompts: { path: "worker:/x.jsonl" }',
      "6:24 cannot read /x.jsonl: ENOENT: no such file, open '/x.jsonl' (without --redis the worker is this machine: it needs the file)",
    ],
    ['prompts: { path: p.csv, sha256: abc }', '6:39 `sha256` must be a SHA-256: 64 hexadecimal digits'],
    [
      `prompts: { path: p.csv, sha256: ${'f'.repeat(64)} }`,
      '6:39 p.csv has the SHA-256 id of 34 (it is another file, or was changed)',
    ],
    [
      'prompts: { path: ../no.csv }',
      "6:24 cannot read ../no.csv: ENOENT: no such file, open 'dir/../no.csv' (a path starts from the scenario file's folder)",
    ],
    [
      'prompts: { path: p.csv, output_tokens: from_dataset }',
      '6:46 no row of p.csv says how long its answer was (a row says it by a number `output_tokens`, or as a ShareGPT conversation with a reply)',
    ],
    ['prompts: { path: p.csv, output_tokens: 9 }', '6:46 `output_tokens` must be from_dataset'],
  ])('refuses %j', (lines, problem) => {
    expect(problemLines(scenario(lines), context)).toContain(problem);
  });

  it('reads a file that two workloads name once', () => {
    let reads = 0;
    const counting = {
      ...context,
      readText: (path: string) => {
        reads += 1;
        return context.readText(path);
      },
    };
    const text = `providers: [{ name: own, type: openai-compatible, base_url: "http://h/v1", models: [m] }]
defaults: { prompts: { path: p.csv }, requests: 1 }
workload: { scenarios: [{ name: a }, { name: b }] }
`;
    expect(parseText(text, counting).datasets).toHaveLength(1);
    expect(reads).toBe(1);
  });
});

describe('prompts from a file that the workers have', () => {
  const sha256 = 'AB'.repeat(32);

  it.each([
    ['worker:/data/q.jsonl', {}, { path: '/data/q.jsonl', format: 'jsonl' }],
    ['worker:/data/q.txt', { format: 'csv' }, { path: '/data/q.txt', format: 'csv' }],
    [
      'worker:/data/q.csv',
      { template: '{{ask}}', output_tokens: 'from_dataset', sha256 },
      {
        path: '/data/q.csv',
        format: 'csv',
        template: '{{ask}}',
        outputTokens: 'from-dataset',
        sha256: 'ab'.repeat(32),
      },
    ],
  ])('are named, not read, where the workers run elsewhere: %s', (path, keys, expected) => {
    const lines = `prompts: ${JSON.stringify({ path, ...keys })}\nsystem: "{{lang}}"`;
    const parsed = parseText(scenario(lines), { ...context, checksWorkerEnvironment: false });
    expect(parsed.scenario.workloads[0]?.prompts).toEqual({
      kind: 'worker-file',
      system: '{{lang}}',
      ...expected,
    });
    expect(parsed.datasets).toEqual([]);
  });

  it('are read where the workers run here, as any other file', () => {
    const parsed = parseText(scenario('prompts: { path: "worker:/abs/chats.ndjson" }'), context);
    expect(parsed.scenario.workloads[0]?.prompts).toEqual({ kind: 'dataset', dataset: 'id of 55.jsonl' });
    expect(parsed.datasets.map(({ path }) => path)).toEqual(['/abs/chats.ndjson']);
  });

  it('may be pinned to what they hold', () => {
    const pinned = { ...context, hash: () => sha256.toLowerCase() };
    const lines = `prompts: { path: p.csv, sha256: ${sha256} }`;
    expect(parseText(scenario(lines), pinned).datasets).toHaveLength(1);
  });
});
