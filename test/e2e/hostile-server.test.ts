import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf } from '../support/command.ts';
import { cutOff, floods, slow } from '../support/hostile-answers.ts';
import type { Attack } from '../support/hostile-answers.ts';
import { hostileServer } from '../support/hostile-server.ts';
import type { HostileServer } from '../support/hostile-server.ts';
import { peakMemoryOf } from '../support/peak-memory.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Of each attack at once. */
const atOnce = 2;
/** No SDK is bounded so far that it names the limit: what it answers to each of these is a failure of some kind. */
const withSdk = ['endless-events', 'endless-line', 'huge-event', 'huge-body', 'endless-error'] as const;
/** Memory of the whole command, under all attacks at once. Where nothing bounds it, the server sends more in a second. */
const mostBytes = 700 * 1024 * 1024;

let server: HostileServer;

beforeAll(async () => {
  server = await hostileServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Attacks = Readonly<Record<string, Attack>>;

/** Far above what it takes to pass a limit, on a busy machine too. */
const patient = { first_token: '40s', idle: '40s', total: '40s' };
const impatient = { first_token: '2s', idle: '2s', total: '4s' };
/** More than the kernel takes for a connection whose other side does not read. */
const longPrompt = 'All work and no play makes Jack a dull boy. '.repeat(140_000);

function scenario(attacks: Attacks, timeouts: object, client: 'wire' | 'sdk') {
  const names = Object.keys(attacks);
  return {
    name: 'hostile',
    providers: names.map((name) => ({
      name,
      type: 'openai-compatible',
      base_url: `${server.origin}/${name}/v1`,
      models: ['m'],
    })),
    workload: {
      scenarios: names.map((name) => ({
        name,
        providers: [name],
        ...(name === 'never-reads' ? { prompts: { path: 'long.jsonl' } } : { prompt: 'Hello' }),
        stream: attacks[name]?.isWhole !== true,
        requests: atOnce,
        concurrency: atOnce,
        timeouts,
      })),
    },
    execution: { client },
    output: { export: [{ format: 'jsonl', path: 'requests.jsonl' }] },
  };
}

interface Row {
  readonly scenario: string;
  readonly outcome: string;
  readonly error_kind: string | null;
  readonly content_events: number;
}

/** A run against these attacks: its report, what became of each request, and the most memory that it took. */
async function attacked(attacks: Attacks, timeouts: object, client: 'wire' | 'sdk' = 'wire') {
  await using folder = await temporaryFolder();
  await folder.write('long.jsonl', JSON.stringify({ prompt: longPrompt }));
  await folder.write('s.yaml', JSON.stringify(scenario(attacks, timeouts, client)));
  const words = ['run', 's.yaml', '--json', '--quiet', '--no-preflight', '--allow-invalid'];
  const command = new CommandProcess(words, { cwd: folder.path });
  const peakBytes = peakMemoryOf(command.pid, command.ended);
  const end = await command.ended;
  const lines = (await readFile(join(folder.path, 'requests.jsonl'), 'utf8')).trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  return { report: reportOf(end), rows, peakBytes: await peakBytes, stderr: end.stderr };
}

const endOf = ({ outcome, error_kind }: Row) => (outcome === 'failed' ? (error_kind ?? 'unknown') : outcome);

describe('hostile servers', { timeout: 120_000 }, () => {
  it.each([
    ['that send more than there can be', cutOff, patient],
    ['that send next to nothing', slow, impatient],
    ['that send what counts for nothing', floods, impatient],
  ])('%s cost no more than stated, and every request ends as what it is', async (_, attacks, timeouts) => {
    const { report, rows, peakBytes } = await attacked(attacks, timeouts);
    const wanted = Object.entries(attacks).flatMap(([name, { ends }]) =>
      Array<string>(atOnce).fill(`${name}: ${ends}`),
    );
    expect(rows.map((row) => `${row.scenario}: ${endOf(row)}`).toSorted()).toEqual(wanted.toSorted());
    const completed = wanted.filter((one) => one.endsWith(': completed')).length;
    const scheduled = wanted.length;
    expect(report.accounting).toMatchObject({ scheduled, completed, failed: scheduled - completed });
    expect(peakBytes).toBeLessThan(mostBytes);
    await untilClosed();
  });

  it('are bounded with an SDK too', async () => {
    const attacks = Object.fromEntries(withSdk.map((name) => [name, cutOff[name]!]));
    const { report, rows, peakBytes } = await attacked(attacks, { total: '5s' }, 'sdk');
    expect(rows.map(endOf)).not.toContain('completed');
    expect(report.accounting).toMatchObject({ scheduled: withSdk.length * atOnce, completed: 0 });
    expect(peakBytes).toBeLessThan(mostBytes);
    await untilClosed();
  });
});

/** No connection stays behind, not even one of a redirect without end. */
async function untilClosed(): Promise<void> {
  for (let tries = 0; server.open > 0 && tries < 100; tries++) await sleep(50);
  expect(server.open).toBe(0);
}
