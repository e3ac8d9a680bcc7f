import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, tokenstorm } from '../support/command.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = 'the-key-of-the-probe-1';
let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess(['--api-key', key]);
  await simulator.setModels({
    reasons: { ttftMs: 40, itlMs: 2, tokens: 12, hiddenReasoningTokens: 50 },
    long: { ttftMs: 40, itlMs: 20, tokens: 30 },
    silent: { fault: 'stall_before' },
    many: { ttftMs: 40, itlMs: 2, tokens: 30, tokensPerEvent: 3, cachedPromptTokens: 2 },
  });
});

afterAll(() => simulator.close());

function probe(words: readonly string[], cwd?: string) {
  const target = ['--url', simulator.url, '--api-key', '${KEY}'];
  return tokenstorm(['probe', ...target, ...words], {
    environment: { KEY: key },
    ...(cwd !== undefined && { cwd }),
  });
}

describe('probe', { timeout: 60_000 }, () => {
  it('sends one request to each target and tells what the server really did', async () => {
    await simulator.reset();
    const { exitCode, stdout } = await probe(['--model', 'reasons', '--model', 'many', '--json']);
    const [reasons, many] = JSON.parse(stdout);
    const records = await simulator.records();
    expect(records.map(({ model, outcome }) => [model, outcome])).toEqual([
      ['reasons', 'completed'],
      ['many', 'completed'],
    ]);
    expect(exitCode).toBe(0);
    expect(reasons).toMatchObject({
      ok: true,
      url: `${simulator.url}/v1/chat/completions`,
      status_code: 200,
      streamed: true,
      content_events: records[0]?.content_events,
      tokens: { input: 9, output: 62, reasoning: 50 },
      finish_reason: 'stop',
      end_mark: true,
      missing: [expect.stringContaining('reasons without showing it')],
    });
    expect(many).toMatchObject({
      content_events: 10,
      events: { text_delta: 10, usage: 1, finish: 1, end: 1 },
      tokens: { output: 30, cached_input: 2 },
      missing: [expect.stringContaining('several tokens')],
    });
  });

  it('shows times that the server confirms', async () => {
    await simulator.reset();
    const { stdout } = await probe(['--model', 'long', '--json']);
    const [{ ttft_ms, e2e_ms }] = JSON.parse(stdout);
    const [record] = await simulator.records();
    const { first_content_at_ms, last_content_at_ms, received_at_ms } = record!;
    const ttftMs = first_content_at_ms! - received_at_ms;
    // Connecting is inside what the client sees, and outside what the server does.
    expect(ttft_ms).toBeGreaterThan(ttftMs);
    expect((e2e_ms - ttft_ms) / (last_content_at_ms! - first_content_at_ms!)).toBeCloseTo(1, 1);
  });

  it('says what failed, exits with 1, and shows no key', async () => {
    const end = await tokenstorm(
      [
        'probe',
        '--url',
        simulator.url,
        '--model',
        'many',
        '--api-key',
        '${KEY}',
        '--header',
        'x-tenant: ${TENANT}',
      ],
      { environment: { KEY: 'a-wrong-key-987654', TENANT: 'tenant-secret-123' } },
    );
    expect(end.exitCode).toBe(1);
    expect(end.stdout).toContain('openai-compatible/many  FAILED');
    expect(end.stdout).toContain('auth: HTTP 401: Incorrect API key provided.');
    expect(end.stdout + end.stderr).not.toMatch(/a-wrong-key-987654|tenant-secret-123/);
  });

  it('says what it waits for, gives a silent server up, and can be left with Ctrl-C', async () => {
    await using folder = await temporaryFolder();
    const path = await folder.write('s.yaml', {
      providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['silent'] }],
      defaults: { headers: { authorization: 'Bearer ${KEY}' }, timeouts: { first_token: '3.5s' } },
      workload: { scenarios: [{ name: 'w', prompt: 'Hello', requests: 1 }] },
    });
    const environment = { KEY: key };
    const impatient = new CommandProcess(['probe', path], { environment });
    const patient = tokenstorm(['probe', path], { environment });
    while (!impatient.stderr.includes('Waiting for own/silent (Ctrl-C ends it)')) await sleep(20);
    impatient.signal('SIGINT');
    expect(await impatient.ended).toMatchObject({ exitCode: null, stdout: '' });
    const { exitCode, stdout } = await patient;
    expect(exitCode).toBe(1);
    expect(stdout).toContain('first-token-timeout: no content after 3500 ms');
  });

  it('takes the targets and the first prompt of a file, and leaves its load alone', async () => {
    await using folder = await temporaryFolder();
    await folder.write(
      's.yaml',
      JSON.stringify({
        providers: [
          {
            name: 'own',
            type: 'openai-compatible',
            base_url: simulator.url,
            models: ['many'],
            api_key: '${KEY}',
          },
        ],
        workload: {
          scenarios: [
            {
              name: 'w',
              prompt: 'Hello',
              max_tokens: 9,
              executor: 'constant-arrival-rate',
              rate: 50,
              duration: '60s',
            },
          ],
        },
      }),
    );
    await simulator.reset();
    const { exitCode, stdout } = await tokenstorm(['probe', 's.yaml'], {
      cwd: folder.path,
      environment: { KEY: key },
    });
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('own/many  OK'),
    });
    expect((await simulator.summary()).received).toBe(1);
  });
});
