import { describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** What is asked before the start would be among what is recorded. */
const always = ['--json', '--quiet', '--allow-invalid', '--no-preflight'];

const run = async (words: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  reportOf(await tokenstorm(['run', ...words, ...always], { environment }));

/** The file of a scenario with one provider at this address and one workload. */
function scenarioFile(folder: TemporaryFolder, url: string, workload: object, provider: object = {}) {
  return folder.write('s.yaml', {
    providers: [{ name: 'own', type: 'openai-compatible', base_url: url, models: ['m'], ...provider }],
    workload: { scenarios: [{ name: 'a', requests: 1, ...workload }] },
  });
}

const user = (content: string) => ({ role: 'user', content });

describe('what is sent', { timeout: 60_000 }, () => {
  it.concurrent('is what the scenario says, and nothing else', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const workload = {
      prompt: 'Why?',
      system: 'Be brief.',
      max_tokens: 7,
      temperature: 0.25,
      extra_body: { top_p: 0.5, nested: { list: [1, null] } },
      headers: { 'X-Load': 'one', 'x-secret': '${SECRET}' },
    };
    const provider = {
      api_key: '${KEY}',
      headers: { 'x-tenant': '${TENANT}' },
      query: { version: '${VERSION}' },
    };
    const path = await scenarioFile(folder, `${server.url}/api/v1/`, workload, provider);
    const environment = { KEY: 'sk-test-1', TENANT: 'acme', SECRET: 'hush', VERSION: '2026-01' };
    expect((await run([path], environment)).accounting).toMatchObject({ completed: 1 });
    const [request] = server.requests;
    expect(request?.url).toBe('/api/v1/chat/completions?version=2026-01');
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk-test-1',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'x-load': 'one',
      'x-secret': 'hush',
      'x-tenant': 'acme',
    });
    expect(request?.body).toEqual({
      model: 'm',
      messages: [{ role: 'system', content: 'Be brief.' }, user('Why?')],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 7,
      temperature: 0.25,
      top_p: 0.5,
      nested: { list: [1, null] },
    });
  });

  it.concurrent('is what the flags say', async () => {
    await using server = await recordingServer();
    const flags = `-u ${server.url}/v1 -m m -n 1 --max-tokens 9 --temperature 0 --no-streaming --extra-inputs top_k:3 tag:x`;
    const texts = [
      '--prompt',
      'Two words',
      '--system',
      'Sys',
      '-H',
      'X-A: b:c',
      '--extra-request-body',
      '{"seed":5}',
    ];
    await run([...flags.split(' '), ...texts]);
    const [request] = server.requests;
    expect(request?.url).toBe('/v1/chat/completions');
    expect(request?.headers).toMatchObject({ 'x-a': 'b:c' });
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(request?.body).toMatchObject({
      messages: [{ role: 'system', content: 'Sys' }, user('Two words')],
      max_tokens: 9,
      temperature: 0,
      top_k: 3,
      tag: 'x',
      seed: 5,
    });
    expect(request?.body['stream'] ?? false).toBe(false);
  });

  it.concurrent('never holds a key that was meant for another server', async () => {
    await using server = await recordingServer();
    await run(['-u', server.url, '-m', 'm', '-n', '1'], { OPENAI_API_KEY: 'sk-for-openai' });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('prompts from a file', { timeout: 60_000 }, () => {
  const contents = (requests: readonly { body: Readonly<Record<string, unknown>> }[]) =>
    requests.map(({ body }) =>
      (body['messages'] as { content: string }[]).map(({ content }) => content).join('|'),
    );

  it.concurrent('come from JSONL rows in turn, through a template', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const rows = [
      { q: 'eins', n: 1 },
      { q: 'zwei "2"', n: 2 },
      { q: 'drei\nÄ👋', n: 3 },
    ];
    await folder.write('rows.jsonl', `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
    const prompts = { path: 'rows.jsonl', template: 'No. {{n}}: {{q}}?' };
    await run([await scenarioFile(folder, server.url, { prompts, system: 'About {{q}}', requests: 7 })]);
    const asked = rows.map(({ q, n }) => `About ${q}|No. ${n}: ${q}?`);
    expect(contents(server.requests)).toEqual([...asked, ...asked, asked[0]]);
  });

  it.concurrent('come from CSV rows, with quotes, commas and line breaks', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    await folder.write('rows.csv', 'id,prompt\r\n1,"one, ""two"""\r\n2,"a\nb"\r\n3,plain\r\n');
    await run([await scenarioFile(folder, server.url, { prompts: { path: 'rows.csv' }, requests: 3 })]);
    expect(contents(server.requests)).toEqual(['one, "two"', 'a\nb', 'plain']);
  });

  it.concurrent('may be whole conversations', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const messages = [user('Hi'), { role: 'assistant', content: 'Yes?' }, user('Bye')];
    await folder.write('chats.jsonl', JSON.stringify({ messages }));
    await run([await scenarioFile(folder, server.url, { prompts: { path: 'chats.jsonl' } })]);
    expect(server.requests[0]?.body['messages']).toEqual(messages);
  });

  it.concurrent('come from the file that a flag names, whatever the number of users', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const rows = Array.from({ length: 12 }, (_, index) => JSON.stringify({ city: `city ${index}` }));
    const path = await folder.write('cities.jsonl', rows.join('\n'));
    const words = [
      '-u',
      server.url,
      '-m',
      'm',
      '-n',
      '12',
      '-c',
      '4',
      '--input-file',
      path,
      '--prompt',
      'Tell of {{city}}',
    ];
    const report = await run(words);
    expect(report.accounting.completed).toBe(12);
    expect(contents(server.requests).toSorted()).toEqual(
      rows.map((_, index) => `Tell of city ${index}`).toSorted(),
    );
    expect(report.notes.join()).not.toContain('same prompt');
  });

  it.concurrent('are refused where a column is missing, and nothing is sent', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    await folder.write('rows.jsonl', '{"question":"a"}\n{"question":"b"}\n');
    const prompts = { path: 'rows.jsonl', template: '{{qestion}}' };
    const path = await scenarioFile(folder, server.url, { prompts });
    const { exitCode, stdout, stderr } = await tokenstorm(['run', path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/qestion.*\n[^]*did you mean.*question/);
    expect(server.connections).toBe(0);
  });
});
