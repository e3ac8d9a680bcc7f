import { unpack } from 'msgpackr';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { reportOf } from '../../support/command.ts';
import { Fleet } from '../../support/fleet.ts';
import { simulatorProcess } from '../../support/simulator.ts';

it('the reports of a run over Redis come in every format, from run, attach and report alike', async () => {
  const quick = JSON.stringify({ ttft_ms: 5, itl_ms: 1, tokens: 3 });
  await using simulator = await simulatorProcess(['--any-model', '--all-models', quick]);
  await using fleet = await Fleet.start({ workers: { default: 1 }, leaseSeconds: 4 });
  const scenario = {
    name: 'files',
    providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['m'] }],
    workload: { scenarios: [{ name: 'a', prompt: 'Hello', requests: 30, concurrency: 2 }] },
  };
  const formats = ['markdown', 'junit', 'msgpack', 'html'] as const;
  const exportsOf = (name: string) =>
    formats.flatMap((format) => ['--export', `${format}=${fleet.folder.path}/${name}.${format}`]);
  const led = await (await fleet.run(scenario, exportsOf('run'))).end();
  expect(led.exitCode).toBe(0);
  const words = ['latest', '--allow-invalid', '--json'];
  const [attached, reported] = await Promise.all([
    fleet.command(['attach', ...words, ...exportsOf('attach')]).ended,
    fleet.command(['report', ...words, ...exportsOf('report')]).ended,
  ]);
  expect([reportOf(attached), reportOf(reported)]).toEqual([led.report, led.report]);
  const read = (name: string, format: string) => readFile(`${fleet.folder.path}/${name}.${format}`);
  expect(unpack(await read('run', 'msgpack'))).toEqual(led.report);
  expect((await read('run', 'junit')).toString()).toContain('name="tokenstorm.run.mode" value="distributed"');
  expect((await read('run', 'markdown')).toString()).toContain('**100%** of 30 requests succeeded');
  for (const format of formats) {
    const first = await read('run', format);
    expect((await read('attach', format)).equals(first)).toBe(true);
    expect((await read('report', format)).equals(first)).toBe(true);
  }
}, 90_000);
