import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { ofKind } from '../../support/kubernetes/object.ts';
import type { KubernetesObject } from '../../support/kubernetes/object.ts';
import { argumentsOf } from '../../support/kubernetes/pod-rules.ts';
import { kubernetesFolder, render } from '../../support/kubernetes/render.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';

const regions = ['eu-west', 'us-east'];

let simulator: SimulatorProcess;
let fleet: Fleet;
let redis: Redis;
const objects = new Map<string, readonly KubernetesObject[]>();

beforeAll(async () => {
  for (const region of regions) objects.set(region, await render(`${kubernetesFolder}overlays/${region}`));
  simulator = await simulatorProcess(['--any-model']);
  fleet = await Fleet.start();
  redis = new Redis(fleet.redis.url);
}, 90_000);

afterAll(async () => {
  redis.disconnect();
  await fleet[Symbol.asyncDispose]();
  await simulator.close();
});

/** What the region's ScaledObject sees: the lengths of its lists, by the names of its triggers. */
async function seen(region: string): Promise<Record<string, number>> {
  const [scaled] = ofKind(objects.get(region) ?? [], 'ScaledObject');
  const lists = (scaled?.spec.triggers ?? []).filter(({ type }) => type === 'redis');
  const lengths = lists.map(async ({ name = '', metadata }) => {
    const list = metadata['listName'] ?? '';
    expect(['list', 'none']).toContain(await redis.type(list));
    return [name, await redis.llen(list)] as const;
  });
  return Object.fromEntries(await Promise.all(lengths));
}

/** The value of its formula, `waiting + held`: above 0 there are workers. */
async function wanted(region: string): Promise<number> {
  const { waiting = Number.NaN, held = Number.NaN } = await seen(region);
  return waiting + held;
}

/** A worker as the region's Deployment starts it, but for its port, which two on one machine cannot share. */
function startWorker(region: string): void {
  const deployment = ofKind(objects.get(region) ?? [], 'Deployment').at(-1);
  const container = deployment?.spec?.template.spec?.containers?.[0] ?? { name: '' };
  const words = argumentsOf(container, objects.get(region) ?? []).map((word) =>
    word === '9100' ? '0' : word,
  );
  expect(words[0]).toBe('worker');
  fleet.command(words, { TOKENSTORM_REGION: region });
}

const scenario = () =>
  fleetScenario(simulator.url, { open: steady(40, 5) }, { regions: { 'eu-west': '50%', 'us-east': '50%' } });

it('a run calls workers into regions that have none, and needs none any more when it has ended', async () => {
  expect(await Promise.all(regions.map(wanted))).toEqual([0, 0]);
  const run = await fleet.run(scenario(), ['--min-workers', '2']);
  await until('parts to wait', async () =>
    (await Promise.all(regions.map(wanted))).every((parts) => parts > 0),
  );
  const parts = await Promise.all(regions.map(wanted));
  for (const region of regions) {
    startWorker(region);
    startWorker(region);
  }
  await until('parts to be held', async () => (await seen('us-east'))['waiting'] === 0);
  // Looked at while one is fetched it may be seen twice, or not at all.
  await until('as many parts as before', async () => {
    const seenNow = await Promise.all(regions.map(wanted));
    return seenNow.join() === parts.join();
  });
  const { report } = await run.end();
  expect(report.run.workers).toBe(4);
  expect(report.accounting).toMatchObject({ scheduled: 200, completed: 200, lost: 0, dropped: 0 });
  await until('no part any more', async () =>
    (await Promise.all(regions.map(wanted))).every((one) => one === 0),
  );
}, 120_000);

it('a run that nobody comes for calls nobody any more', async () => {
  const absent = { regions: { 'eu-west': '50%', mars: '50%' } };
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 5) }, absent));
  const mars = '{tokenstorm}:shards-mars:wait';
  await until('parts to wait', async () => (await redis.llen(mars)) > 0);
  run.process.signal('SIGINT');
  expect((await run.process.ended).exitCode).toBe(130);
  expect(await redis.llen(mars)).toBe(0);
  await until('no part any more', async () => (await wanted('eu-west')) === 0);
  expect((await simulator.summary()).received).toBe(200);
}, 60_000);
