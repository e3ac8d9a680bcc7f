import { expect, it } from 'vitest';
import { childrenOf } from '../../support/child-processes.ts';
import { tokenstorm } from '../../support/command.ts';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import { readTruth } from '../../support/truth.ts';

const oneRegion = { regions: { east: '100%' } };

it('a worker that gets SIGTERM lets its requests finish, others go on with its part, and nothing is lost', async () => {
  await using simulator = await simulatorProcess();
  // A request takes 2 s.
  await simulator.setModels({ open: { ttftMs: 100, itlMs: 100, tokens: 20 } });
  await using fleet = await Fleet.start({ workers: { east: 2 } });
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(20, 10) }, oneRegion));
  await until('the run to be under way', async () => (await simulator.summary()).received > 80);
  const [leaving, staying] = fleet.workers;
  leaving?.signal('SIGTERM');
  const end = await leaving?.ended;
  const { report } = await run.end();
  expect(end?.exitCode).toBe(0);
  expect(end?.stderr).toMatch(/shards given back, 0 held, \d+ with requests still under way/);
  expect(end?.stderr).toMatch(/ended in order/);
  expect(staying?.stderr).toMatch(/64 held/);
  const truth = await readTruth(simulator.url);
  expect(truth.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 200 }, () => 'completed'));
  expect(report.accounting).toMatchObject({ scheduled: 200, completed: 200, lost: 0, cancelled: 0 });
}, 90_000);

it('a second signal ends a worker at once', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 60_000 } });
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const [worker] = fleet.workers;
  await fleet.run(fleetScenario(simulator.url, { open: steady(20, 30) }, oneRegion));
  await until('requests under way', async () => (await simulator.summary()).received > 10);
  worker?.signal('SIGINT');
  await until('the worker to end', () => /ending: requests under way/.test(worker?.stderr ?? ''));
  worker?.signal('SIGINT');
  expect(await worker?.ended).toMatchObject({ exitCode: 130 });
}, 60_000);

it('--processes sends from several, and starts one again that was killed', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
  await using fleet = await Fleet.start({ leaseSeconds: 3 });
  const worker = fleet.worker('east', ['--processes', '2']);
  const processes = () => childrenOf(worker.pid, 'worker-child-main');
  await until('both processes', () => (worker.stderr.match(/ready for shards/g) ?? []).length === 2);
  const run = await fleet.run(fleetScenario(simulator.url, { open: steady(40, 15) }, oneRegion));
  await until('the run to be under way', async () => (await simulator.summary()).received > 80);
  const [killed = 0] = processes();
  process.kill(killed, 'SIGKILL');
  await until('another process', () => (worker.stderr.match(/ready for shards/g) ?? []).length === 3);
  expect(worker.stderr).toMatch(new RegExp(`process ${killed} was killed \\(SIGKILL\\)`));
  expect(worker.stderr).toMatch(/another process is started in 1 s/);
  expect(processes()).toHaveLength(2);
  const { report } = await run.end();
  expect(report.run.workers).toBe(3);
  const { scheduled, completed, lost } = report.accounting;
  expect({ scheduled, sum: completed + lost }).toEqual({ scheduled: 600, sum: 600 });
  worker.signal('SIGTERM');
  expect(await worker.ended).toMatchObject({ exitCode: 0 });
}, 90_000);

it('a key that a worker lacks fails the run before its first request, by its name and the worker', async () => {
  await using simulator = await simulatorProcess();
  await using fleet = await Fleet.start({ workers: { east: 1 } });
  const scenario = fleetScenario(simulator.url, { open: steady(10, 5) }, oneRegion) as {
    providers: object[];
  };
  const providers = scenario.providers.map((provider) => ({ ...provider, api_key: '${EAST_KEY}' }));
  const run = await fleet.run({ ...scenario, providers }, []);
  const { exitCode, stderr } = await run.process.ended;
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/EAST_KEY/);
  const name = /worker (\S+): ready/.exec(fleet.workers[0]?.stderr ?? '')?.[1] ?? 'none';
  expect(stderr).toContain(name);
  expect((await simulator.summary()).received).toBe(0);
  // It is still of use for other runs.
  const next = await fleet.run(scenario);
  expect((await next.end()).report.accounting.scheduled).toBe(50);
}, 60_000);

it.each([
  ['not-an-address', 2, /--redis|redis:\/\//],
  ['redis://user:hunter22@127.0.0.1:1/0', 97, /refuses connections/],
])(
  'a worker says what is wrong with %s, and no password',
  async (url, exitCode, problem) => {
    for (const words of [[], ['--processes', '2']]) {
      const end = await tokenstorm(['worker', '--redis', url, ...words]);
      expect(end.exitCode).toBe(exitCode);
      expect(end.stderr).toMatch(problem);
      expect(end.stderr.match(/^error: /gm)).toHaveLength(1);
      expect(end.stderr).not.toContain('hunter22');
    }
  },
  60_000,
);
