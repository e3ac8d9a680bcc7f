import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsSnapshot } from '@tokenstorm/core';
import { endedRun, headerOf, planOf, snapshotOf, snapshotsOf, writeLog } from './snapshot-log.fixture.ts';
import { SnapshotLog } from './snapshot-log.ts';
import { SnapshotLogFile } from './snapshot-log-file.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-snapshots-'));
  path = join(folder, 'deep/er/run.snapshots.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const plan = planOf(4);

async function read(from = path) {
  const log = await SnapshotLogFile.open(from);
  if (log === undefined) throw new Error('no snapshot log');
  const snapshots: MetricsSnapshot[] = [];
  for await (const { snapshot } of log.snapshots()) snapshots.push(snapshot);
  return { log, snapshots };
}

describe('a snapshot log', () => {
  it('gives back what was written, histograms byte for byte, and what was known at the end', async () => {
    const snapshots = snapshotsOf(plan, 4);
    const run = await endedRun(plan, snapshots);
    await writeLog(path, plan, snapshots, { run, notes: ['one'] });
    const { log, snapshots: found } = await read();
    expect(found).toEqual(snapshots);
    expect(log.header).toEqual(headerOf(plan));
    const { result, ...ended } = run;
    expect(log.end).toEqual({
      ended,
      notes: ['one'],
      thresholds: result.thresholds,
      courses: result.courses,
    });
    expect(log.endMs).toBe(4000);
  });

  it('has each line as soon as the event loop had time for it', async () => {
    const log = await SnapshotLog.start(path, headerOf(plan), { onProblem: expect.unreachable });
    log.snapshot(snapshotOf(plan, 0, 0));
    for (let turn = 0; turn < 400; turn += 1) {
      if ((await readFile(path, 'utf8')).split('\n').length === 3) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await readFile(path, 'utf8')).split('\n').length).toBe(3);
    await log.close();
  });

  it('of a killed run has no end, and was ended for want of infrastructure', async () => {
    const snapshots = [snapshotOf(plan, 0, 0, { open: 3 }), snapshotOf(plan, 1, 0, { open: 4 })];
    await writeLog(path, plan, snapshots);
    const { log, snapshots: found } = await read();
    expect(log.end).toBeUndefined();
    expect(log.ended).toMatchObject({ startedAtEpochMs: 1_700_000_000_500.25, stopReason: 'infrastructure' });
    expect(found).toEqual(snapshots);
  });

  it('says where it begins with an epoch, if that is not its first snapshot', async () => {
    const snapshots = [snapshotOf(plan, 0, 6), snapshotOf(plan, 0, 7), snapshotOf(plan, 1, 0)];
    await writeLog(path, plan, snapshots);
    const log = await SnapshotLogFile.open(path);
    const from: number[] = [];
    for await (const entry of log!.snapshots()) from.push(entry.from);
    expect(from).toEqual([7, 8, 1]);
  });

  it('keeps the reason for which a run was stopped before it was killed', async () => {
    const log = await SnapshotLog.start(path, headerOf(plan), { onProblem: expect.unreachable });
    log.event({ type: 'run-stop', mode: 'drain', reason: 'interrupted' });
    log.event({ type: 'worker-failed', workerId: 'w0', message: 'Error: broken\n    at secret/place.ts' });
    await log.close();
    const { log: found } = await read();
    expect(found.ended).toMatchObject({ stopReason: 'interrupted', failure: 'Error: broken' });
    expect(await readFile(path, 'utf8')).not.toContain('secret/place');
  });

  it('may be cut in the middle of its last line', async () => {
    const snapshots = snapshotsOf(plan, 4);
    await writeLog(path, plan, snapshots);
    const { length } = await readFile(path);
    const lastLine = (await readFile(path, 'utf8')).trimEnd().split('\n').at(-1)!.length + 1;
    for (const left of [1, 2, 100, lastLine - 1, lastLine]) {
      await truncate(path, length - left);
      expect((await read()).snapshots.slice(0, 7)).toEqual(snapshots.slice(0, 7));
    }
  });

  it.each([
    ['is no JSON', (line: string) => line.slice(1)],
    ['lacks counts', (line: string) => line.replaceAll('"completed":', '"finished":null,"completed":"x')],
    ['is of another run', (line: string) => line.replace(plan.runId, 'another')],
    ['is missing', () => undefined],
    ['comes twice', (line: string) => `${line}\n${line}`],
    ['is something else', () => '{"other":1}'],
    ['is nothing', () => 'null'],
  ])('with a line that %s is refused, by its number', async (_, damage) => {
    await writeLog(path, plan, snapshotsOf(plan, 4));
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(
      path,
      lines.flatMap((line, index) => (index === 2 ? (damage(line) ?? []) : [line])).join('\n'),
    );
    await expect(read()).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringMatching(/run\.snapshots\.jsonl: line [3-5] is damaged/),
    });
  });

  it('of another version is refused, and what is no snapshot log is none', async () => {
    await writeLog(path, plan, []);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('snapshots/1', 'snapshots/2'));
    await expect(SnapshotLogFile.open(path)).rejects.toThrow(/another version: tokenstorm\.snapshots\/2/);
    for (const other of ['', '\n', '{}', 'timestamp,connection_time\n', text.slice(0, 50)]) {
      await writeFile(path, other);
      expect(await SnapshotLogFile.open(path)).toBeUndefined();
    }
  });

  it('cannot be started on a full disk', async () => {
    const starting = SnapshotLog.start('/dev/full', headerOf(plan), { onProblem: expect.unreachable });
    await expect(starting).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('the plan in a snapshot log', () => {
  it('holds references and nothing that may be a secret', async () => {
    const [target] = plan.scenario.targets;
    const [workload] = plan.scenario.workloads;
    const withSecrets = {
      ...target!,
      apiKey: '${OWN_KEY}',
      headers: { authorization: 'Bearer ${OWN_TOKEN}', 'x-tenant': 'hunter23' },
      query: { code: 'hunter24', key: '${OWN_QUERY}', both: '${OWN_QUERY}hunter25' },
    };
    const url = 'http://user:hunter22@127.0.0.1:1/v1?key=hunter26#hunter27';
    const targets = [
      { ...withSecrets, baseUrl: url },
      { ...withSecrets, baseUrl: { eu: url } },
    ];
    const workloads = [{ ...workload!, headers: { 'x-other': 'hunter28' } }];
    const secret = { ...plan, scenario: { ...plan.scenario, targets, workloads } };
    await writeLog(path, secret, []);
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('hunter');
    for (const reference of ['${OWN_KEY}', 'Bearer ${OWN_TOKEN}', '${OWN_QUERY}'])
      expect(text).toContain(reference);
    const { log } = await read();
    expect(log.header.plan.scenario.targets.map(({ baseUrl }) => baseUrl)).toEqual([
      'http://127.0.0.1:1/v1',
      { eu: 'http://127.0.0.1:1/v1' },
    ]);
  });
});
