import { readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unpack } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import type { CommandEnd } from '../support/command.ts';
import { csvWithPython } from '../support/csv-with-python.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const endings = { json: 'json', html: 'html', markdown: 'md', junit: 'xml', msgpack: 'msgpack' } as const;
const requests = 40;

let simulator: SimulatorProcess;
let folder: TemporaryFolder;
let end: CommandEnd;

const run = (words: string, environment: Readonly<Record<string, string>> = {}) =>
  tokenstorm(words.split(' '), { cwd: folder.path, environment });

/** One run with every file there is, in a step of GitHub Actions, which one threshold fails. */
beforeAll(async () => {
  simulator = await simulatorProcess(['--seed', '5']);
  await simulator.setModels({ some: { ttftMs: 20, itlMs: 2, tokens: 5, faults: { server_error: 0.3 } } });
  folder = await temporaryFolder();
  await folder.write('s.yaml', {
    name: 'all files',
    providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['some'] }],
    workload: { scenarios: [{ name: 'a', prompt: 'Hello', requests, concurrency: 4 }] },
    thresholds: { ttft: ['p(95) < 10s', 'min < 1ms'], errors: ['rate < 100%'] },
    output: {
      export: [
        ...Object.entries(endings).map(([format, ending]) => ({ format, path: `out/{name}.${ending}` })),
        { format: 'csv', path: 'out/{run}_{timestamp}.csv' },
        { format: 'jsonl', path: 'out/requests.jsonl' },
      ],
    },
  });
  await writeFile(join(folder.path, 'summary.md'), 'before\n');
  const github = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md') };
  end = await run('run s.yaml --json --allow-invalid', github);
}, 60_000);

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

const bytesOf = (name: string) => readFile(join(folder.path, name));

describe('the files of a run', { timeout: 60_000 }, () => {
  it('are all there, each named on stderr, and the exit code is that of the threshold', async () => {
    const { id } = reportOf(end).run;
    expect(end.exitCode).toBe(99);
    const names = [
      ...Object.values(endings).map((ending) => `all-files.${ending}`),
      `${id}_${id.slice(0, '20261121-084512'.length)}.csv`,
      'requests.jsonl',
    ];
    expect((await readdir(join(folder.path, 'out'))).toSorted()).toEqual(names.toSorted());
    for (const name of names) expect(end.stderr).toContain(` written to ${folder.path}/out/${name}\n`);
  });

  it('say what the report on stdout says', async () => {
    const { accounting } = reportOf(end);
    expect(accounting.completed + accounting.failed).toBe(requests);
    expect((await bytesOf('out/all-files.json')).toString()).toBe(end.stdout);
    expect(unpack(await bytesOf('out/all-files.msgpack'))).toEqual(JSON.parse(end.stdout));
    expect(await folder.read('out/all-files.md')).toContain(
      `of ${requests} requests succeeded, ${accounting.failed} failed`,
    );
    const page = await folder.read('out/all-files.html');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('all files');
    const csv = (await readdir(join(folder.path, 'out'))).find((name) => name.endsWith('.csv'));
    const rows = csvWithPython(join(folder.path, 'out', csv!));
    expect(rows.filter(({ status }) => status === 'error').length).toBe(accounting.failed);
    expect((await folder.read('out/requests.jsonl')).trimEnd().split('\n').length).toBe(requests);
  });

  it('have the JUnit XML that CI systems read', async () => {
    const xml = await folder.read('out/all-files.xml');
    expect(XMLValidator.validate(xml)).toBe(true);
    const document = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml) as Suites;
    const { testsuite } = document.testsuites;
    const totals = { tests: '5', failures: '1', errors: '0' };
    expect(document.testsuites).toMatchObject({ name: 'tokenstorm', ...totals });
    expect(testsuite).toMatchObject({ name: 'all files', ...totals });
    expect(testsuite.timestamp).toBe(reportOf(end).run.started_at.slice(0, 19));
    expect(Number(testsuite.time)).toBeCloseTo(reportOf(end).run.duration_s, 3);
    const { testcase } = testsuite;
    expect(testcase.map(({ name }) => name)).toEqual([
      'the run comes to its end',
      'the measurement is valid',
      'ttft: p(95) < 10s',
      'ttft: min < 1ms',
      'errors: rate < 100%',
    ]);
    for (const { classname, time } of testcase) {
      expect(classname).toMatch(/^tokenstorm\.all-files\.(run|validity|thresholds)$/);
      expect(time).toMatch(/^\d+\.\d{3}$/);
    }
    const failed = testcase.filter(({ failure }) => failure !== undefined);
    expect(failed.map(({ name }) => name)).toEqual(['ttft: min < 1ms']);
    expect(failed[0]?.failure).toMatchObject({ type: 'thresholds' });
    expect(failed[0]?.failure?.message).toMatch(/^expected min < 1ms, measured [\d.]+ ms$/);
    expect(testsuite.properties.property).toContainEqual({
      name: 'tokenstorm.run.id',
      value: reportOf(end).run.id,
    });
  });

  it('are told to GitHub: after what the summary had, and in annotations', async () => {
    const markdown = await folder.read('out/all-files.md');
    expect(await folder.read('summary.md')).toBe(`before\n${markdown}\n`);
    const annotations = end.stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations[0]).toMatch(
      /^::error title=Threshold failed \(all files\)::ttft: min < 1ms does not hold: [\d.]+ ms\.$/,
    );
    expect(annotations.join('\n')).toMatch(
      /^::warning title=Requests failed \(all files\)::\d+ requests failed \([\d.]+%25 of those answered\): \d+ server_error\.$/m,
    );
    expect(end.stdout).not.toContain('::error');
  });

  it('go beside errors in which nothing is a command to it', async () => {
    const unknown = await run('report ##[group]x', { GITHUB_ACTIONS: 'true' });
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('## [group]x');
    expect(unknown.stderr).not.toContain('##[');
  });

  it('are made again from the stored run, the same to the byte, and stdout takes one of them', async () => {
    const { id } = reportOf(end).run;
    const files = (['html', 'junit', 'msgpack'] as const).map(
      (format) => `--export ${format}=again.${endings[format]}`,
    );
    const again = await run(`report ${id} --allow-invalid --export markdown=- ${files.join(' ')}`);
    expect(again.exitCode).toBe(99);
    expect(again.stdout).toBe(await folder.read('out/all-files.md'));
    for (const format of ['html', 'junit', 'msgpack'] as const) {
      const name = `again.${endings[format]}`;
      expect((await bytesOf(name)).equals(await bytesOf(`out/all-files.${endings[format]}`))).toBe(true);
    }
  });
});

describe('a file that cannot be written', { timeout: 60_000 }, () => {
  it('for a full disk is an error; the report is there, and the others are', async () => {
    await symlink('/dev/full', join(folder.path, 'full.html'));
    await folder.write('old.md', 'old');
    const full = await run(
      `run -u ${simulator.url} -m some -n 3 --allow-invalid --export html=full.html --export markdown=old.md`,
    );
    expect(full.exitCode).toBe(1);
    expect(full.stdout).toMatch(/^Tokenstorm \d/);
    expect(full.stdout).toContain('Verdict: PASSED.');
    expect(full.stderr).toMatch(
      /^error: cannot write the report to \S+\/full\.html: ENOSPC: .*\n {2}hint: /m,
    );
    expect(full.stderr).toContain('/old.md (replaced the one that was there)\n');
    expect(await folder.read('old.md')).toMatch(/^## Tokenstorm: /);
    expect((await readdir(folder.path)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('is one too where standard output is what is full, and the files are written', async () => {
    const words = ['report', reportOf(end).run.id, '--export', 'markdown=beside.md'];
    const inside = ['bash', '-c', 'exec "$@" >/dev/full', 'bash'];
    const full = await tokenstorm(words, { cwd: folder.path, inside });
    expect(full.exitCode).toBe(1);
    expect(full.stderr).toMatch(/^error: cannot write to standard output: ENOSPC/);
    expect(await folder.read('beside.md')).toBe(await folder.read('out/all-files.md'));
  });

  it('is known before anything is sent: what is there with --no-clobber, the scenario, stdout twice', async () => {
    await simulator.reset();
    const kept = await run(
      'run s.yaml --no-clobber -o out/all-files.json --export markdown=s.yaml --export html=- --export junit=-',
    );
    expect([kept.exitCode, kept.stdout]).toEqual([2, '']);
    expect(kept.stderr).toMatch(/all-files\.json: it is there already, and --no-clobber keeps it/);
    expect(kept.stderr).toMatch(/s\.yaml: this command uses it for something else/);
    expect(kept.stderr).toMatch(/junit=-: two exports have this path/);
    expect((await simulator.records()).length).toBe(0);
  });

  it('for a report has no lines for each request, and says who has them', async () => {
    const lines = await run(`report ${reportOf(end).run.id} --export csv=x.csv --export md=x.md`);
    expect([lines.exitCode, lines.stdout]).toEqual([2, '']);
    expect(lines.stderr).toMatch(
      /csv=x\.csv: it has a line for each request, which only the run itself can write/,
    );
    expect(lines.stderr).toMatch(/md=x\.md: no format of a report \(.*markdown/);
    expect(await readdir(folder.path)).not.toContain('x.csv');
  });
});

interface Suites {
  readonly testsuites: Totals & { readonly testsuite: Suite };
}

type Totals = Readonly<Record<'name' | 'tests' | 'failures' | 'errors' | 'skipped' | 'time', string>>;

interface Suite extends Totals {
  readonly timestamp: string;
  readonly properties: { readonly property: readonly { readonly name: string; readonly value: string }[] };
  readonly testcase: readonly {
    readonly name: string;
    readonly classname: string;
    readonly time: string;
    readonly failure?: { readonly message: string; readonly type: string };
  }[];
}
