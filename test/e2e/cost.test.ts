import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { nodeWords, reportOf, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import { testStore } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** 20 requests to each of two models at a server whose every answer has 3 input tokens and 1 output token. */
function scenario(url: string): string {
  return `
providers:
  - { name: own, type: openai-compatible, base_url: "${url}/v1", models: [a, b], pricing: { a: { input: 1000, output: 5000 } } }
regions: { eu: 75%, us: 25% }
targets: { first_token: 10ms, total: 2s }
workload:
  scenarios: [{ name: load, prompt: Hi, requests: 20, concurrency: 4, max_tokens: 4 }]
`;
}

const prices =
  '{ "date": "2026-11-01", "prices": { "own": { "a": { "input": 1, "output": 1 }, "b": { "input": 2000, "output": 4000 } } } }';

/** As much of a line of the request export as decides on cost and scores. */
interface CostedRow {
  readonly region: string;
  readonly model: string;
  readonly ttft_ms: number;
  readonly e2e_ms: number;
}

/** What timer_score says, in seconds. */
function score(duration: number, target: number): number {
  const slope = target < 1.5 ? 2 : target > 5 ? 0.5 : 1;
  return 1 / (1 + Math.exp(slope * (duration - target)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `tokenstorm` at a terminal, where this is typed once the question stands there. */
async function answered(words: readonly string[], typed: string) {
  const command = [process.execPath, ...nodeWords(), ...words].join(' ');
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('/usr/bin/script', ['-qec', `trap : INT; ${command}`, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm-256color', SHELL: '/bin/sh', ...testStore },
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
  const ended = once(child, 'close');
  while (!screen.includes('[y/N]')) await sleep(20);
  child.stdin.write(typed);
  const [exitCode] = (await ended) as [number | null];
  return { exitCode, screen };
}

describe('what a run costs', { timeout: 60_000 }, () => {
  it.concurrent('is counted by the prices of the scenario and of a file, and how good it was by its targets', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const [file, priceFile, records] = ['s.yaml', 'p.json', 'r.jsonl'].map((name) => join(folder.path, name));
    writeFileSync(file!, scenario(server.url));
    writeFileSync(priceFile!, prices);
    const words = [
      '--export',
      `jsonl=${records}`,
      '--confirm-over',
      '0',
      '--yes',
      '--allow-invalid',
      '--json',
    ];
    const report = reportOf(
      await tokenstorm(['run', file!, ...words], { environment: { TOKENSTORM_PRICES: priceFile! } }),
    );
    // 20 x (3 x $0.001 + 1 x $0.005), and 20 x (3 x $0.002 + 1 x $0.004)
    expect(report.cost).toMatchObject({
      total_usd: 0.36,
      per_request_usd: 0.009,
      per_1k_tokens_usd: 2.25,
      complete: true,
      by_model: [
        { model: 'b', requests: 20, total_usd: 0.2, price_source: 'file', price_date: '2026-11-01' },
        { model: 'a', requests: 20, total_usd: 0.16, price_source: 'scenario', price_date: null },
      ],
    });
    const rows = readFileSync(records!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CostedRow);
    expect(rows).toHaveLength(40);
    const inRegion = (region: string) => {
      const own = rows.filter((row) => row.region === region);
      // $0.008 for a request of the one model, $0.010 for one of the other
      const milli = own.reduce((sum, { model }) => sum + (model === 'a' ? 8 : 10), 0);
      return { region, total_usd: expect.closeTo(milli / 1000, 9) as number };
    };
    expect(report.cost?.by_region).toEqual([inRegion('eu'), inRegion('us')]);
    const { first_token: first, total } = report.scores ?? {};
    expect(first?.mean).toBeCloseTo(mean(rows.map(({ ttft_ms: ms }) => score(ms / 1000, 0.01))), 4);
    expect(total?.mean).toBeCloseTo(mean(rows.map(({ e2e_ms: ms }) => score(ms / 1000, 2))), 4);
    expect(report.tiers?.ttft).toBe('excellent');
  });

  it.concurrent('is estimated before, by the built-in prices with their day and page, and without a key', async () => {
    const key = 'sk-test-0123456789abcdef';
    const words = ['run', '--url', 'https://api.openai.com/v1', '-m', 'gpt-4o-mini', '-n', '1000'];
    const lengths = ['--isl', '1000', '--osl', '500', '--dry-run', '--json'];
    const { stdout, stderr, exitCode } = await tokenstorm([...words, ...lengths], {
      environment: { OPENAI_API_KEY: key },
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    const { estimate } = JSON.parse(stdout) as { estimate: unknown };
    // 1,000,000 tokens at $0.15, or at $0.075 from the cache, and up to 500,000 at $0.60
    expect(estimate).toMatchObject({
      requests: 1000,
      tokens: { least: 1_000_000, most: 1_500_000 },
      usd: { least: 0.075, most: 0.45 },
      by_target: [
        {
          input_tokens: 1_000_000,
          input_tokens_estimated: false,
          most_output_tokens: 500_000,
          price: { input: 0.15, output: 0.6, cached_input: 0.075 },
          price_source: 'table',
          price_date: '2025-07-04',
          price_place: 'https://platform.openai.com/docs/pricing',
        },
      ],
    });
    expect(stdout).not.toContain(key);
  });
});

describe('a run that may cost more than --confirm-over', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['here', []],
    ['over Redis', ['--redis', 'redis://127.0.0.1:1']],
  ])('sends nothing %s where nobody can be asked', async (_, where) => {
    await using server = await recordingServer();
    const words = ['run', '-u', server.url, '-m', 'm', '-n', '1', '--confirm-over', '5', ...where];
    const { stdout, stderr, exitCode } = await tokenstorm(words);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: What this run may cost cannot be known, and --confirm-over is $5.00: nothing was sent.
  hint: --yes starts it without a question; --dry-run shows the estimate; a budget (--budget-usd) bounds what it can cost
`,
    );
    expect(server.connections).toBe(0);
  });

  it.concurrent('asks at a terminal, and starts with a yes only', async () => {
    await using server = await recordingServer();
    await using folder = await temporaryFolder();
    const file = join(folder.path, 's.yaml');
    writeFileSync(file, scenario(server.url));
    const words = [
      'run',
      file,
      '--confirm-over',
      '0.001',
      '--allow-invalid',
      '--quiet',
      '--no-snapshot-log',
      '--no-color',
    ];
    for (const typed of ['n\n', '\u0003', '\u0004']) {
      const { exitCode, screen } = await answered(words, typed);
      expect([typed, exitCode]).toEqual([typed, 130]);
      expect(screen).toContain('own/b: 20 requests, about 20 input tokens, up to 80');
      expect(screen).toMatch(/\r\nerror: Not started: nothing was sent\.\r\n$/);
      expect(server.connections).toBe(0);
    }
    const { exitCode, screen } = await answered(words, 'yes\n');
    expect(exitCode).toBe(0);
    expect(screen).toContain('Cost analysis:\r\n  Total cost: unknown\r\n  own/a: $0.16 for 20 requests at');
    expect(screen).toContain('Success rate: 100% (40/40)');
  });
});
