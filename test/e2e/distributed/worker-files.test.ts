import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess } from '../../support/command.ts';
import { Fleet } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { TemporaryFolder } from '../../support/temporary-folder.ts';
import { readTruth } from '../../support/truth.ts';

/** One path that is another file for each process: in the folder that it was started in. */
const path = '/proc/self/cwd/questions.jsonl';

const questions = (word: string) =>
  Array.from({ length: 200 }, (_, row) => JSON.stringify({ question: `${word} ${row}` })).join('\n');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Workers in folders of their own, each with files of its own. */
describe('a data set that lies on the workers', () => {
  let simulator: SimulatorProcess;
  let fleet: Fleet;
  const folders = new Map<'east' | 'west', TemporaryFolder>();
  const workers: CommandProcess[] = [];

  beforeAll(async () => {
    simulator = await simulatorProcess();
    await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 } });
    fleet = await Fleet.start();
    for (const region of ['east', 'west'] as const) {
      const folder = await temporaryFolder();
      const dataDir = ['--data-dir', '/proc/self/cwd'];
      const words = ['worker', '--region', region, '--redis', fleet.redis.url, ...dataDir];
      const environment = { TOKENSTORM_HOME: fleet.home };
      folders.set(region, folder);
      workers.push(new CommandProcess(words, { cwd: folder.path, environment }));
    }
  }, 60_000);

  afterAll(async () => {
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    for (const folder of folders.values()) await folder[Symbol.asyncDispose]();
    await fleet[Symbol.asyncDispose]();
    await simulator.close();
  });

  const put = (region: 'east' | 'west', text: string, name = 'questions.jsonl') =>
    folders.get(region)!.write(name, text);

  const scenario = (prompts: object = {}) =>
    fleetScenario(
      simulator.url,
      { open: steady(30, 2) },
      { defaults: { prompts: { path: `worker:${path}`, template: '{{question}}', ...prompts } } },
    );

  async function refusal(prompts: object = {}) {
    await simulator.reset();
    const file = await fleet.folder.write('scenario.json', scenario(prompts));
    const end = await fleet.command(['run', file, '--quiet']).ended;
    expect((await simulator.summary()).received).toBe(0);
    return end;
  }

  it('is read by each of them: the coordinator has no such file', async () => {
    await put('east', questions('Why'));
    await put('west', questions('Why'));
    await simulator.reset();
    const { exitCode, report } = await (await fleet.run(scenario())).end();
    expect(exitCode).toBe(0);
    expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
    // 36 requests of the one region and 24 of the other, which both begin with the first row.
    expect(new Set((await readTruth(simulator.url)).map(({ body_hash }) => body_hash)).size).toBe(36);
  }, 60_000);

  it('ends the run before its start where it is not the same on all, and says who has what', async () => {
    const [east, west] = [questions('Why'), questions('When')];
    await put('east', east);
    await put('west', west);
    const { exitCode, stderr } = await refusal();
    expect(exitCode).toBe(2);
    const hashes = [east, west].map((text) => sha256(text).slice(0, 12)).join('|');
    const message = `worker \\S+ failed before the start: ${path} is not what another worker has there: SHA-256 (${hashes})… here, (${hashes})… there`;
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(message));
    expect(stderr).toMatch(/sha256/);
    expect(stderr).not.toMatch(/\bat .*\.ts:\d+/);
  }, 60_000);

  it('ends the run before its start where a worker does not have it, or not what is pinned', async () => {
    const text = questions('Why');
    await put('east', text);
    await put('west', text);
    const pinned = await refusal({ sha256: 'f'.repeat(64) });
    expect(pinned.exitCode).toBe(2);
    expect(pinned.stderr).toContain(`${sha256(text).slice(0, 12)}…, not ffffffffffff…`);
    const other = '/proc/self/cwd/other.jsonl';
    await put('east', text, 'other.jsonl');
    const missing = await refusal({ path: `worker:${other}` });
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr.replaceAll(/\s+/g, ' ')).toContain(`cannot read ${other}: ENOENT`);
  }, 90_000);

  it('ends the run before its start where it lacks a column of the template', async () => {
    await put('east', questions('Why'));
    await put('west', questions('Why'));
    const { exitCode, stderr } = await refusal({ template: '{{qestion}}' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path} has no column \`qestion\``);
    expect(stderr).toContain('did you mean `question`?');
  }, 60_000);

  it('serves the next run as if nothing had been wrong', async () => {
    await put('east', questions('Why'));
    await put('west', questions('Why'));
    const pinned = scenario({ sha256: sha256(questions('Why')) });
    const { exitCode, report } = await (await fleet.run(pinned)).end();
    expect(exitCode).toBe(0);
    expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
  }, 60_000);
});
