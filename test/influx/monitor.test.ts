import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CommandProcess } from '../support/command.ts';
import { asked } from '../support/influx-windows.ts';
import { startInflux } from '../support/services.ts';
import { simulatorProcess } from '../support/simulator.ts';

/** Resolves when the monitor has said this. */
async function untilSaid(monitor: CommandProcess, text: string, count: number): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (`${monitor.stdout}${monitor.stderr}`.split(text).length <= count) {
    if (performance.now() > deadlineMs) throw new Error(`${monitor.stdout}\n${monitor.stderr}`);
    await sleep(20);
  }
}

it(
  'a monitor writes its calls to InfluxDB, those of an outage of InfluxDB too',
  { timeout: 60_000 },
  async () => {
    await using simulator = await simulatorProcess();
    await using influx = await startInflux();
    const url = new URL(influx.url);
    Object.assign(url, { username: 'somebody', password: 'pass-word-9931' });
    const monitor = new CommandProcess([
      'monitor',
      '-u',
      simulator.url,
      '-m',
      'sim-one',
      '--every',
      '100ms',
      '--json',
      '--no-files',
      '--influx',
      String(url),
    ]);
    await untilSaid(monitor, '"outcome":"completed"', 3);
    await influx.kill();
    await untilSaid(monitor, '"outcome":"completed"', 10);
    await influx.start();
    monitor.signal('SIGTERM');
    const { exitCode, stdout, stderr } = await monitor.ended;
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toContain('pass-word-9931');
    const calls = stdout.split('"type":"call"').length - 1;
    const rows = await asked(
      influx.url,
      `SELECT sum("completed") AS "completed" FROM tokenstorm_requests WHERE "region" = '_all' AND "model" = '_all' AND "provider" = '_all' AND "scenario" = '_all' AND "name" = 'openai-compatible'`,
    );
    expect(rows).toMatchObject([{ completed: calls }]);
    const ends = await asked(influx.url, `SELECT "verdict" FROM tokenstorm_runs WHERE "event" = 'end'`);
    expect(ends).toMatchObject([{ verdict: 'passed' }]);
  },
);
