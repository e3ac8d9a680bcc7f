import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultExecution } from '@tokenstorm/core';
import type { Clock, DatasetStore, PromptSource, RunPlan, WorkerFilePrompts } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../wire/__fixtures__/exchange.ts';
import { loadDatasets } from './run-datasets.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Agrees as the transports do, of one run. */
function transportOf(): { readonly datasets: DatasetStore; readonly clock: Clock } {
  const agreed = new Map<string, string>();
  const datasets: DatasetStore = {
    put: async () => {},
    get: async (id) => ({ id, path: 'sent.csv', rows: [{ columns: { prompt: 'sent' }, messages: [] }] }),
    agree: async (_runId, path, sha256) => {
      agreed.set(path, agreed.get(path) ?? sha256);
      return agreed.get(path) ?? '';
    },
  };
  return { datasets, clock: systemClock };
}

function planOf(prompts: readonly PromptSource[]): RunPlan {
  const workloads = prompts.map((source, index) => ({ name: `w${index}`, prompts: source }));
  const scenario = {
    name: 'test',
    seed: 1,
    regions: [{ name: 'eu', weight: 1 }],
    targets: [],
    workloads,
    limits: [],
    execution: defaultExecution,
    thresholds: [],
    exports: [],
  } as unknown as RunPlan['scenario'];
  return { runId: 'run1', scenario, shards: [], snapshotIntervalMs: 1000 };
}

async function fileOf(name: string, text: string, use: Partial<WorkerFilePrompts> = {}) {
  const path = join(folder, name);
  await writeFile(path, text);
  return { kind: 'worker-file', path, format: 'jsonl', ...use } as const;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the data sets of a run', () => {
  it('are those that were sent, and those of the files here, used as the workload says', async () => {
    const text = '{"ask":"Warum?","lang":"de"}\n{"ask":"Why?","lang":"en"}\n';
    const file = await fileOf('q.jsonl', text, { template: '{{ask}}', system: 'In {{lang}}.' });
    const sent: PromptSource = { kind: 'dataset', dataset: 'd1' };
    const { plan, datasets } = await loadDatasets(planOf([file, sent, file]), transportOf());
    const id = `${sha256(text)}.jsonl`;
    const used = {
      kind: 'dataset',
      dataset: id,
      template: [
        { role: 'system', content: 'In {{lang}}.' },
        { role: 'user', content: '{{ask}}' },
      ],
    };
    expect(plan.scenario.workloads.map(({ prompts }) => prompts)).toEqual([used, sent, used]);
    expect([...datasets.keys()]).toEqual([id, 'd1']);
    const rows = [{ columns: { ask: 'Warum?', lang: 'de' } }, { columns: { ask: 'Why?', lang: 'en' } }];
    expect(datasets.get(id)).toEqual({ id, path: file.path, rows });
  });

  it('must be the same on all workers', async () => {
    const transport = transportOf();
    const [here, there] = ['{"prompt":"b"}', '{"prompt":"a"}'];
    await loadDatasets(planOf([await fileOf('x.jsonl', there)]), transport);
    await loadDatasets(planOf([await fileOf('x.jsonl', there)]), transport);
    const file = await fileOf('x.jsonl', here);
    await expect(loadDatasets(planOf([file]), transport)).rejects.toMatchObject({
      code: 'E_FILE',
      exitCode: 2,
      message: `${file.path} is not what another worker has there: SHA-256 ${sha256(here).slice(0, 12)}… here, ${sha256(there).slice(0, 12)}… there`,
    });
  });

  it('must be what the scenario says, whatever the others have', async () => {
    const text = '{"prompt":"a"}';
    const right = await fileOf('pinned.jsonl', text, { sha256: sha256(text) });
    await loadDatasets(planOf([right]), transportOf());
    const wrong = { ...right, sha256: 'f'.repeat(64) };
    await expect(loadDatasets(planOf([wrong]), transportOf())).rejects.toMatchObject({
      message: `${right.path} is not the file that is meant: SHA-256 ${sha256(text).slice(0, 12)}…, not ffffffffffff…`,
    });
  });

  it('are refused with everything that is wrong with them', async () => {
    const damaged = await fileOf('bad.jsonl', '{"prompt":"ok"}\n{oops\n');
    const missing = { ...damaged, path: join(folder, 'missing.jsonl') };
    const columns = await fileOf('c.jsonl', '{"question":"a"}', { template: '{{qestion}}' });
    const loading = loadDatasets(planOf([damaged, missing, columns, damaged]), transportOf());
    const messages = [
      `${damaged.path}: line 2: not JSON`,
      `cannot read ${missing.path}: ENOENT: no such file or directory, open '${missing.path}'`,
      `${columns.path} has no column \`qestion\``,
    ];
    await expect(loading).rejects.toMatchObject({
      code: 'E_FILE',
      message: messages.join('\n'),
      hint: '`path: worker:…` names a file that every worker of the run has; did you mean `question`?',
    });
  });

  it('are read without holding up what else this process does', async () => {
    const line = JSON.stringify({ prompt: 'word '.repeat(80) });
    const file = await fileOf('large.jsonl', `${line}\n`.repeat(50_000));
    const turns = processorMsOfTurns();
    const { datasets, rowNumbers } = await loadDatasets(planOf([file]), transportOf());
    const turnsMs = turns.end();
    expect([...datasets.values()][0]?.rows).toHaveLength(50_000);
    // All of them are the same.
    expect([...rowNumbers.values()][0]).toEqual(new Uint32Array(50_000));
    // 20 MB: to parse them in one piece takes hundreds of ms. Garbage collection is in it.
    expect(turnsMs.toSorted((a, b) => a - b)[Math.floor(turnsMs.length * 0.99)]).toBeLessThan(12);
    expect(turnsMs.reduce((most, ms) => Math.max(most, ms), 0)).toBeLessThan(150);
  }, 60_000);
});

/** What each turn of the event loop takes of the processor, however busy others are. */
function processorMsOfTurns(): { end(): readonly number[] } {
  const usedMs = () => (({ user, system }) => (user + system) / 1000)(process.threadCpuUsage());
  const turnsMs: number[] = [];
  let [beforeMs, isOver] = [usedMs(), false];
  const next = () =>
    setImmediate(() => {
      const nowMs = usedMs();
      turnsMs.push(nowMs - beforeMs);
      beforeMs = nowMs;
      if (!isOver) next();
    });
  next();
  return { end: () => ((isOver = true), turnsMs) };
}
