import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CommandProcess, tokenstorm } from '../support/command.ts';
import { recordingServer } from '../support/recording-server.ts';
import { simulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readTruth } from '../support/truth.ts';

type Line = Readonly<Record<string, unknown>>;

const patienceMs = 15_000;

/** Resolves when a monitor has printed so many JSON lines of this kind. */
async function untilLines(
  monitor: CommandProcess,
  fits: (line: Line) => boolean,
  count = 1,
): Promise<readonly Line[]> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    const found = linesOf(monitor.stdout).filter(fits);
    if (found.length >= count) return found;
    if (performance.now() > deadlineMs) throw new Error(`${monitor.stdout}\n${monitor.stderr}`);
    await sleep(20);
  }
}

/** Whole lines of JSON. */
function linesOf(text: string): readonly Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

/** The samples of a page of Prometheus, by name and labels. */
function samplesOf(page: string): ReadonlyMap<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

const isCompleted = ({ type, outcome }: Line) => type === 'call' && outcome === 'completed';

describe('tokenstorm monitor, unattended', { timeout: 60_000 }, () => {
  it('survives an outage, raises alerts, is scraped, and goes on where it was ended', async () => {
    await using folder = await temporaryFolder();
    await using hook = await recordingServer((_, response) => void response.end('ok'));
    const first = await simulatorProcess();
    const { port } = first;
    const words = ['monitor', '-u', `http://127.0.0.1:${port}`, '-m', 'sim-one', '--prompt', 'Hello'];
    const files = ['--state', `${folder.path}/calls.jsonl`, '--output-dir', folder.path];
    const secret = 'hook-secret-5501';
    const monitor = new CommandProcess([
      ...words,
      ...files,
      '--every',
      '200ms',
      '--json',
      '--port',
      '0',
      '--alert',
      'errors: rate < 50%',
      '--alert-window',
      '2s',
      '--webhook',
      `${hook.url}/${secret}`,
    ]);
    await untilLines(monitor, isCompleted, 5);
    const metrics = /http:\S+\/metrics/.exec(monitor.stderr)?.[0] ?? '';
    const labels = 'provider="openai-compatible",model="sim-one"';
    const before = linesOf(monitor.stdout).filter(isCompleted).length;
    const samples = samplesOf(await (await fetch(metrics)).text());
    const counted = samples.get(`tokenstorm_monitor_calls_total{${labels},outcome="completed"}`) ?? 0;
    expect(counted).toBeGreaterThanOrEqual(before);
    expect(counted).toBeLessThanOrEqual(linesOf(monitor.stdout).filter(isCompleted).length + 1);
    expect(samples.get(`tokenstorm_monitor_ttft_seconds_count{${labels}}`)).toBe(counted);
    expect(samples.get(`tokenstorm_monitor_up{${labels}}`)).toBe(1);
    expect(samples.get('tokenstorm_monitor_alert_firing{alert="errors: rate < 50%"}')).toBe(0);

    const truthOfFirst = await readTruth(first.url);
    await first.close();
    await untilLines(monitor, ({ type, state }) => type === 'outage' && state === 'began');
    await untilLines(monitor, ({ type, state }) => type === 'alert' && state === 'firing');
    const during = samplesOf(await (await fetch(metrics)).text());
    expect(during.get(`tokenstorm_monitor_up{${labels}}`)).toBe(0);
    expect(during.get('tokenstorm_monitor_alert_firing{alert="errors: rate < 50%"}')).toBe(1);

    await using second = await simulatorProcess(['--port', String(port)]);
    const ended = await untilLines(monitor, ({ type, state }) => type === 'outage' && state === 'ended');
    await untilLines(monitor, ({ type, state }) => type === 'alert' && state === 'resolved');
    monitor.signal('SIGTERM');
    const { exitCode, stdout, stderr } = await monitor.ended;
    expect(exitCode).toBe(0);

    const lines = linesOf(stdout);
    const calls = lines.filter(({ type }) => type === 'call');
    const failed = calls.filter(({ outcome }) => outcome === 'failed');
    expect(lines.filter(({ type }) => type === 'outage')).toHaveLength(2);
    expect(ended[0]).toMatchObject({ target: 'openai-compatible/sim-one', failed: failed.length });
    expect(failed[0]).toMatchObject({ error: 'connect' });
    expect(hook.requests.map(({ body }) => body)).toMatchObject([
      {
        monitor: 'openai-compatible',
        alert: 'errors: rate < 50%',
        state: 'firing',
        limit: 0.5,
        window: '2s',
      },
      { alert: 'errors: rate < 50%', state: 'resolved' },
    ]);
    expect(hook.requests[0]?.body['measured']).toBeGreaterThanOrEqual(0.5);
    expect(stdout + stderr).not.toContain(secret);

    // What the two servers answered, but for the questions before the start and a call at the end of the first one.
    const served = [...truthOfFirst, ...(await readTruth(second.url))].filter(({ stream }) => stream);
    const completed = calls.filter(isCompleted).length;
    expect(completed - served.length).toBeGreaterThanOrEqual(0);
    expect(completed - served.length).toBeLessThanOrEqual(2);
    const kept = linesOf(await folder.read('calls.jsonl'));
    expect(kept.filter((line) => 'call' in line)).toHaveLength(calls.length);
    const hourly = linesOf(await folder.read('openai-compatible_monitor.hourly.jsonl'));
    expect(hourly.reduce((sum, line) => sum + Number(line['calls']), 0)).toBe(calls.length);
    expect(hourly.reduce((sum, line) => sum + Number(line['failed']), 0)).toBe(failed.length);

    const again = await tokenstorm([
      ...words,
      ...files,
      '--every',
      '100ms',
      '--count',
      '20',
      '--alert',
      'e2e: p(50) < 1us',
      '--exit-on-alert',
    ]);
    expect(again.exitCode).toBe(99);
    expect(again.stderr).toContain(`Going on from ${calls.length} calls of the last 25 hours.`);
    expect(again.stdout).toMatch(/ALERT firing: e2e: p\(50\) < 1us \([\d.]+ ms, \d+ calls in 5m\)/);
    const [, window] = /│ 5 min +│ +(\d+) │/.exec(again.stdout) ?? [];
    const [, sent] = /Ended: (\d+) calls?, 0 failed/.exec(again.stderr) ?? [];
    expect(Number(window)).toBe(calls.length + Number(sent));
    for (const line of again.stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });
});
