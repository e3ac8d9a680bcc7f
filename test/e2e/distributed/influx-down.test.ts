import { setTimeout as sleep } from 'node:timers/promises';
import { InfluxDB } from 'influx';
import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';

const downSeconds = 60;
/** No whole number of windows: whatever ends a little late is in the same one. */
const seconds = downSeconds + 13;

it('an InfluxDB that was down for 60 s holds in the end what its undisturbed twin holds', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 50, itlMs: 10, tokens: 5 } });
  const options = { workers: { east: 1, west: 1 }, influx: true };
  await using disturbed = await Fleet.start(options);
  await using twin = await Fleet.start(options);
  const scenario = fleetScenario(simulator.url, { open: steady(10, seconds) });
  const [run, other] = [await disturbed.run(scenario), await twin.run(scenario)];
  await until('both runs to be under way', async () => (await simulator.summary()).received > 60);
  await disturbed.influx?.kill();
  await sleep(downSeconds * 1000);
  await disturbed.influx?.start();
  const [{ report }, { report: undisturbed }] = await Promise.all([run.end(), other.end()]);
  expect(report.accounting).toEqual(undisturbed.accounting);
  expect(await stored(disturbed)).toEqual(await stored(twin));
  expect(report.notes.join('\n')).not.toMatch(/not written/);
}, 180_000);

/** Rows and the sum of a count, by measurement. */
async function stored({ influx }: Fleet) {
  const client = new InfluxDB(`${influx?.url}/tokenstorm`);
  const ask = async (query: string) =>
    (await client.query<Record<string, number>>(query)).map((row) => ({ ...row }));
  const ofTtft = `"metric" = 'ttft' AND "region" =~ /east|west/`;
  const [latency] = await ask(
    `SELECT count("p99") AS rows, sum("count") AS requests FROM tokenstorm_latency WHERE ${ofTtft}`,
  );
  const [requests] = await ask(
    `SELECT count("completed") AS rows, sum("completed") AS completed FROM tokenstorm_requests WHERE "region" =~ /east|west/`,
  );
  return {
    latencyRows: latency?.['rows'],
    latencyRequests: latency?.['requests'],
    requestRows: requests?.['rows'],
    completed: requests?.['completed'],
  };
}
