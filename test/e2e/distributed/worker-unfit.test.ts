import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';
import { closedPort } from '../../support/closed-port.ts';

it('a worker that joins without the key of a run stays out of it and says so, while the others go on', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
  await using fleet = await Fleet.start();
  const fit = fleet.worker('east', [], { EAST_KEY: 'sk-east-1' });
  await fleet.ready();
  const { providers, ...rest } = fleetScenario(
    simulator.url,
    { open: steady(20, 12) },
    { regions: { east: '100%' } },
  ) as { readonly providers: readonly object[] };
  const withKey = providers.map((provider) => ({ ...provider, api_key: '${EAST_KEY}' }));
  const run = await fleet.run({ ...rest, providers: withKey });
  await until('the run to be under way', async () => (await simulator.summary()).received > 20);
  const port = await closedPort();
  const unfit = fleet.worker('east', ['--port', String(port)]);
  await until('the other to be ready', () => unfit.stderr.includes('ready for shards'));
  const health = await fetch(`http://127.0.0.1:${port}/healthz`);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const { exitCode, report } = await run.end();
  expect(exitCode).toBe(0);
  expect(report.accounting).toMatchObject({ scheduled: 240, completed: 240, lost: 0 });
  expect(await readTruth(simulator.url)).toHaveLength(240);
  expect(report.run.workers).toBe(1);
  expect(report.notes.join('\n')).toMatch(/worker \S+ came while .* stays out of it: .*EAST_KEY/);
  expect(unfit.stderr).toMatch(/error: .*stays out of it: .*EAST_KEY/);
  expect(fit.stderr).not.toMatch(/given back/);
  expect(health.status).toBe(200);
  const { stays_out_of } = (await health.json()) as { stays_out_of: { reason: string }[] };
  expect(stays_out_of.map(({ reason }) => reason)).toEqual([expect.stringContaining('EAST_KEY')]);
  expect(metrics).toMatch(/^tokenstorm_worker_runs_stayed_out_total 1$/m);
}, 60_000);
