import { expect, it } from 'vitest';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth, truthOf } from '../../support/truth.ts';

it('two runs at once share the workers and nothing else', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ one: { tokens: 4 }, two: { fault: 'server_error' }, longer: { tokens: 4 } });
  await using fleet = await Fleet.start({ workers: { east: 1, west: 1 } });
  const scenario = (workloads: Readonly<Record<string, object>>, changes: object) =>
    fleetScenario(simulator.url, workloads, changes);
  const thresholds = { errors: [{ threshold: 'rate < 50%', abort_on_fail: true }] };
  const runs = [
    await fleet.run(
      scenario({ one: steady(30, 8), longer: { requests: 40, concurrency: 4 } }, { name: 'good' }),
    ),
    await fleet.run(scenario({ two: steady(20, 30) }, { name: 'bad', thresholds })),
  ];
  const [good, bad] = (await Promise.all(runs.map((run) => run.end()))) as [RunEnd, RunEnd];
  const truth = await readTruth(simulator.url);
  const received = (model: string) => truthOf(truth, model, true).length;
  expect([received('one'), received('longer')]).toEqual([240, 40]);
  expect(good.report).toMatchObject({
    run: { name: 'good' },
    verdict: 'passed',
    accounting: { scheduled: 280, completed: 280 },
  });
  expect(bad).toMatchObject({ exitCode: 99, report: { run: { name: 'bad' }, verdict: 'aborted' } });
  const { scheduled, completed, failed, cancelled, lost } = bad.report.accounting;
  expect({ completed, lost, sum: failed + cancelled }).toEqual({ completed: 0, lost: 0, sum: scheduled });
  // The first second's snapshots show it; two intervals later nobody sends any more. The rest is for a busy machine.
  const times = truthOf(truth, 'two', true).map(({ received_at_ms: atMs }) => atMs);
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(3000 + 3000);
}, 120_000);

type RunEnd = Awaited<ReturnType<Awaited<ReturnType<Fleet['run']>>['end']>>;
