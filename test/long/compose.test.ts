import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { Compose, docker } from '../support/compose.ts';
import type { Container } from '../support/compose.ts';
import { until } from '../support/fleet.ts';
import { readRecords, readTruth, withoutChecks } from '../support/truth.ts';
import type { Truth } from '../support/truth.ts';

const scenario = '/scenarios/compose-quickstart.yaml';
/** Of that scenario. */
const ratePerSecond = 20;
/** A worker's lease, the default one, and what others take to notice. */
const takeOverSeconds = 15;

describe('docker compose', () => {
  const parts = new AsyncDisposableStack();
  let compose: Compose;

  beforeAll(async () => {
    compose = parts.use(await Compose.prepare());
    if (!compose.services.includes('grafana'))
      console.log('Grafana was left out: its image is not here and cannot be pulled.');
    await compose.up(4, { wait: true });
  }, 600_000);
  afterAll(() => parts.disposeAsync(), 60_000);

  it('keeps a run whole while four workers become eight and then two', async () => {
    const four = await workers();
    const run = startRun();
    await duringRun(run, 'the first requests', async () => (await sent()).length > ratePerSecond);

    await compose.up(8);
    const eight = await workers();
    expect(eight).toEqual(expect.arrayContaining([...four]));
    await duringRun(run, 'requests from all eight workers', async () => {
      const counts = sentBy(await sent());
      return eight.every((worker) => (counts.get(worker) ?? 0) >= 3);
    });

    await compose.up(2);
    const two = await workers();
    expect({ eight: eight.length, two: two.length }).toEqual({ eight: 8, two: 2 });
    // Whatever the others had under way, what comes at last comes from the two that are left.
    const before = (await sent()).length;
    await duringRun(run, 'requests from the last two', async () => {
      const latest = (await sent()).slice(before).slice(-ratePerSecond);
      return latest.length === ratePerSecond && isEqual(new Set(sentBy(latest).keys()), new Set(two));
    });
    await stop();
    const { accounting, gaps, verdict } = reportOf(await run);

    // Each request once, and none that the report does not know.
    const { completed, scheduled, ...others } = accounting;
    expect(others).toEqual({ failed: 0, dropped: 0, lost: 0, cancelled: 0 });
    expect(completed).toBe(scheduled);
    const truth = withoutChecks(await readTruth(compose.simulatorUrl));
    expect(truth.filter(({ outcome }) => outcome === 'completed')).toHaveLength(scheduled);
    expect(gaps).toEqual([]);
    expect(verdict).toBe('interrupted');
  }, 180_000);

  it('starts a worker again that was killed, and counts what was lost with it', async () => {
    await reset();
    const run = startRun();
    await duringRun(run, 'the first requests', async () => (await sent()).length > 2 * ratePerSecond);

    const [victim] = await compose.containers('worker');
    if (victim === undefined) throw new Error('There is no worker.');
    await kill(victim.pid);
    await until('its end', async () => (await containerOf(victim.id))?.restarts === 1);
    const before = (await sent()).length;
    // It comes back under the same name, and has its share again. By then what it had was taken over.
    await duringRun(run, 'requests from the worker that was killed', async () => {
      const counts = sentBy((await sent()).slice(before));
      return (counts.get(victim.id) ?? 0) > 6 * ratePerSecond;
    });
    await stop();
    const { accounting, gaps } = reportOf(await run);

    expect(await containerOf(victim.id)).toMatchObject({ isRunning: true, restarts: 1 });
    const { scheduled, completed, lost, ...others } = accounting;
    expect(others).toEqual({ failed: 0, dropped: 0, cancelled: 0 });
    expect(completed + lost).toBe(scheduled);
    expect(lost).toBeGreaterThan(0);
    // Half of the load was its, and half a second of it under way.
    expect(lost).toBeLessThan((ratePerSecond / 2) * (takeOverSeconds + 2));
    expect(gaps.length).toBeGreaterThan(0);
  }, 120_000);

  it('prints the report of a run again: from Redis, from the snapshot log that the services share, and from InfluxDB', async () => {
    const listed = await compose.coordinator('runs', '--json');
    const runs = JSON.parse(listed.stdout) as readonly { readonly id: string }[];
    const id = runs[0]?.id ?? '';
    const words = ['--json', '--allow-invalid'];
    const withoutRedis = ['run', '--rm', '-T', '-e', 'TOKENSTORM_REDIS_URL=', 'coordinator'];
    const ends = await Promise.all([
      compose.coordinator('report', id, '--redis', ...words),
      compose.compose(...withoutRedis, 'report', id, ...words),
      compose.coordinator('report', '--from-influx', '--run', id, ...words),
    ]);
    const [stored, kept, queried] = ends.map((end) => reportOf(end).accounting);
    expect(stored).toMatchObject({ lost: expect.any(Number) });
    expect(kept).toEqual(stored);
    expect(queried).toEqual(stored);
    expect(runs).toHaveLength(2);
  }, 60_000);

  it('ends every service in order when it is told to, and says when Redis is away', async () => {
    expect((await compose.compose('exec', '-T', 'worker', 'healthcheck')).exitCode).toBe(0);
    await compose.must('pause', 'redis');
    await until('a worker that says so', async () => {
      const { exitCode, stdout } = await compose.compose('exec', '-T', 'worker', 'healthcheck');
      return exitCode === 1 && stdout.includes('unavailable');
    });
    await compose.must('unpause', 'redis');
    await compose.must('stop', 'worker', 'aggregator', 'simulator');
    for (const service of ['worker', 'aggregator', 'simulator'])
      for (const { name, exitCode } of await compose.containers(service))
        expect({ name, exitCode }).toEqual({ name, exitCode: 0 });
  }, 120_000);

  /** The scenario under way, from a coordinator's container, until it is stopped. It has no warm-up: the report counts all that the simulator does. */
  function startRun(): Promise<CommandEnd> {
    const words = ['--redis', '--duration', '5m', '--json', '--allow-invalid'];
    return compose.coordinator('run', scenario, ...words);
  }

  /** As Ctrl-C in `run`: what is under way finishes. */
  async function stop(): Promise<void> {
    const { exitCode, stderr } = await compose.coordinator('stop', 'latest');
    if (exitCode !== 0) throw new Error(stderr);
  }

  async function containerOf(id: string): Promise<Container | undefined> {
    return (await compose.containers('worker')).find((container) => container.id === id);
  }

  /** Resolves when the condition holds; rejects with what the run said where that one ends before. */
  function duringRun(
    run: Promise<CommandEnd>,
    what: string,
    condition: () => Promise<boolean>,
  ): Promise<void> {
    const ended = run.then(({ stderr }) =>
      Promise.reject(new Error(`The run ended before ${what}:\n${stderr}`)),
    );
    return Promise.race([until(what, condition), ended]);
  }

  async function workers(): Promise<readonly string[]> {
    const containers = await compose.containers('worker');
    return containers.filter(({ isRunning }) => isRunning).map(({ id }) => id);
  }

  /** What the simulator received until now, the requests of the preflight left out. */
  async function sent(): Promise<readonly Truth[]> {
    return withoutChecks(await readRecords(compose.simulatorUrl));
  }

  async function reset(): Promise<void> {
    await fetch(`${compose.simulatorUrl}/truth/reset`, { method: 'POST' });
  }
});

/** Requests by the container that sent them. */
function sentBy(truth: readonly Truth[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { client } of truth) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

function isEqual(one: ReadonlySet<unknown>, other: ReadonlySet<unknown>): boolean {
  return one.size === other.size && [...one].every((member) => other.has(member));
}

/** `kill -9` of a process of the engine's machine, which `docker kill` is not: that one is not started again. */
async function kill(pid: number): Promise<void> {
  const words = ['--rm', '--pid', 'host', '--user', '0', '--entrypoint', 'sh', 'tokenstorm:0.1.0'];
  const { exitCode, stderr } = await docker(['run', ...words, '-c', `kill -9 ${pid}`]);
  if (exitCode !== 0) throw new Error(stderr);
}
