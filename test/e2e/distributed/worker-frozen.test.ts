import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { monotonicMs } from '../../support/monotonic.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

const leaseSeconds = 3;
const seconds = 12;

/** Each worker finds the server under a name of its own environment, so that the logs tell the workers apart. */
it('a worker that is stopped beyond its lease sends nothing when it goes on, and nothing is counted twice', async () => {
  await using frozenServer = await simulatorProcess();
  await using otherServer = await simulatorProcess();
  for (const server of [frozenServer, otherServer])
    await server.setModels({ open: { ttftMs: 100, itlMs: 20, tokens: 10 } });
  await using fleet = await Fleet.start({ leaseSeconds });
  const frozen = fleet.worker('default', [], { SERVER: frozenServer.url });
  fleet.worker('default', [], { SERVER: otherServer.url });
  const run = await fleet.run(
    fleetScenario('${SERVER}', { open: steady(40, seconds) }, { regions: { default: 1 } }),
    ['--min-workers', '2'],
  );
  await until('the first requests', async () => (await readSoFar(frozenServer.url)) > 40);
  frozen.signal('SIGSTOP');
  // Beyond the end of the schedule: whatever it sends from now on is wrong.
  await sleep((seconds + 2) * 1000);
  const resumedAtMs = monotonicMs();
  frozen.signal('SIGCONT');
  const { report } = await run.end();
  const [ofFrozen, ofOther] = [await readTruth(frozenServer.url), await readTruth(otherServer.url)];
  expect(ofFrozen.filter(({ received_at_ms }) => received_at_ms > resumedAtMs)).toEqual([]);
  const received = [...ofFrozen, ...ofOther].map(({ body_hash }) => body_hash);
  expect(new Set(received).size).toBe(received.length);
  const { scheduled, completed, failed, dropped, lost, cancelled } = report.accounting;
  expect(scheduled).toBe(40 * seconds);
  expect(completed + failed + dropped + lost + cancelled).toBe(scheduled);
  expect([failed, dropped, cancelled]).toEqual([0, 0, 0]);
  expect(lost).toBeGreaterThan(0);
  const completedThere = [...ofFrozen, ...ofOther].filter(({ outcome }) => outcome === 'completed').length;
  expect(completed).toBeLessThanOrEqual(completedThere);
  expect(received.length - completed).toBeLessThanOrEqual(lost);
  expect(report.validity.level).not.toBe('valid');
}, 90_000);

async function readSoFar(url: string): Promise<number> {
  const { models } = (await (await fetch(`${url}/truth/summary`)).json()) as {
    models: Record<string, { received: number }>;
  };
  return models['open']?.received ?? 0;
}
