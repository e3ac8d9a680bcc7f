import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { health, metrics, servedUrl, sumOf } from '../../support/served-figures.ts';
import { simulatorProcess } from '../../support/simulator.ts';

it('shows what workers and aggregator do, and forgets runs that have ended', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 500, itlMs: 10, tokens: 5 } });
  await using fleet = await Fleet.start({ aggregators: 0 });
  const served = [
    fleet.aggregator(['--port', '0']),
    fleet.worker('east', ['--port', '0']),
    fleet.worker('east', ['--port', '0', '--processes', '2']),
  ];
  const urls = await Promise.all(served.map(servedUrl));
  const [aggregator = '', ...workers] = urls;
  for (const url of urls) await until('health', async () => (await health(url)).status === 200);
  const scenario = fleetScenario(simulator.url, { open: steady(30, 8) }, { regions: { east: '100%' } });
  const run = await fleet.run(scenario);
  const [single = '', pair = ''] = workers;
  await until('both to hold their share', async () => {
    const held = await Promise.all(
      workers.map(async (url) => sumOf(await metrics(url), 'tokenstorm_worker_shards_held')),
    );
    return held.reduce((sum, shards) => sum + shards, 0) === 64 && held.every((shards) => shards > 0);
  });
  await until(
    'requests under way',
    async () => sumOf(await metrics(pair), 'tokenstorm_worker_requests_in_flight') > 0,
  );
  expect(sumOf(await metrics(pair), 'tokenstorm_worker_shards_held')).toBeGreaterThanOrEqual(42);
  expect(sumOf(await metrics(pair), 'tokenstorm_worker_processes')).toBe(2);
  expect(sumOf(await metrics(aggregator), 'tokenstorm_aggregator_runs')).toBe(1);
  const { report } = await run.end();
  const labels = new RegExp(report.run.id);
  await until('the run to be forgotten', async () => {
    const all = await Promise.all(urls.map(metrics));
    return all.every((values) => ![...values.keys()].some((key) => labels.test(key)));
  });
  await until('the last figures of the processes', async () => {
    const counted = await Promise.all([single, pair].map(metrics));
    const completed = counted.map(
      (values) => values.get('tokenstorm_worker_requests_total{outcome="completed"}') ?? 0,
    );
    return completed.reduce((sum, count) => sum + count, 0) === report.accounting.completed;
  });
  const folded = await metrics(aggregator);
  expect(sumOf(folded, 'tokenstorm_aggregator_snapshots_total')).toBeGreaterThanOrEqual(64);
  expect(sumOf(folded, 'process_resident_memory_bytes')).toBeGreaterThan(1e7);
}, 90_000);

it('is unavailable, with the reason, while Redis is away', async () => {
  await using fleet = await Fleet.start({ aggregators: 0 });
  const served = [fleet.aggregator(['--port', '0']), fleet.worker('east', ['--port', '0'])];
  const urls = await Promise.all(served.map(servedUrl));
  for (const url of urls) await until('health', async () => (await health(url)).status === 200);
  await fleet.redis.kill();
  for (const url of urls) {
    await until('the loss to be seen', async () => (await health(url)).status === 503);
    expect((await health(url)).body).toMatchObject({ status: 'unavailable', redis: 'lost' });
    expect(JSON.stringify(await health(url))).toMatch(/Redis has been away for/);
    expect([...(await metrics(url))].find(([name]) => name.endsWith('_redis_connected'))?.[1]).toBe(0);
  }
  await fleet.redis.start();
  for (const url of urls) await until('Redis to be back', async () => (await health(url)).status === 200);
  for (const { stderr } of served) expect(stderr).toMatch(/warning: lost Redis.*Redis is back after/s);
}, 60_000);
