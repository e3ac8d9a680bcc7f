import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeWords, reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { testStore } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess(['--api-key', 'the-right-key-1']);
});

afterAll(() => simulator.close());

describe('a scenario file that is none', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['there', undefined, 'no such file or directory: s.yaml\n  hint: tokenstorm init writes one'],
    ['empty', '', 'the file is empty'],
    ['only a comment', '# nothing yet\n', 'the file is empty'],
    ['YAML', 'providers: [a\n  b: {', 'not valid YAML'],
    ['a map', '- a\n- b\n', 'the scenario must be a map, not a list'],
    ['text', '\u0000\u0001PNG', 's.yaml:1:'],
    ['one document', '---\nname: a\n---\nname: b\n', 'more than one YAML document'],
    ['whole', 'name: a\n', '`providers` is missing'],
  ])('(not %s) is refused with its reason', async (_, content, reason) => {
    await using folder = await temporaryFolder();
    if (content !== undefined) await folder.write('s.yaml', content);
    // Both commands read it the same way; one of them is enough for each.
    const command = content === '' ? 'validate' : 'run';
    const end = await tokenstorm([command, 's.yaml'], { cwd: folder.path });
    expect({ exitCode: end.exitCode, stdout: end.stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(end.stderr).toMatch(/^error: /);
    expect(end.stderr).toContain(reason);
    expect(end.stderr).not.toMatch(/\bat .*\.[jt]s:\d/);
  });

  it.concurrent('(but a folder) is refused with its reason', async () => {
    await using folder = await temporaryFolder();
    const { exitCode, stderr } = await tokenstorm(['run', folder.path]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: cannot read the scenario file: .*directory/);
  });

  it.concurrent('with several mistakes is refused once, with every one of them, its line and a guess', async () => {
    await using folder = await temporaryFolder();
    const lines = [
      'providers:',
      '  - { name: own, type: openai-compatible, base_url: "http://127.0.0.1:9", models: [m] }',
      'workload:',
      '  scenarios:',
      '    - name: a',
      '      promt: Hello',
      '      executor: constant-arival-rate',
      '      rate: fast',
      '      duration: 10',
      'tresholds: { ttft: p(95) < 1s }',
    ];
    await folder.write('s.yaml', lines.join('\n'));
    const { exitCode, stderr } = await tokenstorm(['run', 's.yaml'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    const problems = stderr.split(/\n\n/).slice(1);
    expect(problems).toEqual([
      expect.stringMatching(/^s\.yaml:6:7: .*promt[^]*did you mean `prompt`/),
      expect.stringMatching(/^s\.yaml:7:17: .*executor[^]*did you mean `constant-arrival-rate`/),
      expect.stringMatching(/^s\.yaml:8:13: .*rate/),
      expect.stringMatching(/^s\.yaml:9:17: .*duration.*unit/),
      expect.stringMatching(/^s\.yaml:10:1: .*tresholds[^]*did you mean `thresholds`/),
    ]);
    expect(stderr).toContain('  8 |       rate: fast\n');
  });
});

describe('a command line that is wrong', { timeout: 60_000 }, () => {
  it.concurrent.each([
    [['run', '--rquest-rate', '5'], 'Did you mean --request-rate?'],
    [['rnu', 'a.yaml'], 'Did you mean run?'],
    [['run'], '--model is missing'],
    [['run', '-u', 'ftp://h', '-m', 'm', '-n', '1'], '--url: expected an http or https URL'],
    [['run', '-u', 'http://h', '-m', 'm', '-n', 'ten'], '--request-count ten: expected a whole number'],
    [['run', '-u', 'http://h', '-m', 'm', '-n', '1', '-n', '2'], '--request-count'],
    [['run', '-u', 'http://h', '-m', 'm', '-d', '5 parsecs'], '--duration'],
    [['run', '-u', 'http://h', '-m', 'm', '-n', '1', '--isl', '5', '--tokenizer', 't'], '2 problems'],
    [
      ['run', '-u', 'http://h', '-m', 'm', '-n', '1', '--api-key', 'sk-abcdefgh12345'],
      'environment variable',
    ],
    [['run', 'a.yaml', 'b.yaml'], 'too many arguments'],
    [['capacity', 'a'], 'tokenstorm capacity: not supported yet'],
    [['probe', 'no-such-file.yaml'], 'no such file or directory'],
    [['probe'], '--model is missing'],
  ])('%j is refused with a hint', async (words, hint) => {
    const { exitCode, stdout, stderr } = await tokenstorm(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('sk-abcdefgh12345');
  });
});

describe(
  'a request that the server refuses, where nobody looked before the start',
  { timeout: 60_000 },
  () => {
    const flags = ['--no-preflight', '--allow-invalid', '--quiet'];
    const run = async (model: string, key: string, more: readonly string[] = []) => {
      const words = ['run', '-u', simulator.url, '-m', model, '-n', '3', '--api-key', 'env:KEY', ...more];
      return tokenstorm([...words, ...flags], { environment: { KEY: key } });
    };

    it.concurrent('for an unknown model is a client error, with what the server says', async () => {
      const end = await run('no-such-model', 'the-right-key-1');
      expect(end.exitCode).toBe(0);
      expect(end.stdout).toMatch(
        /^ {2}client_error {2}3 {2}HTTP 404: The model `no-such-model` does not exist/m,
      );
    });

    it.concurrent('for a wrong key is an error of its own kind', async () => {
      const end = await run('sim-one', 'the-wrong-key-1', ['--json']);
      const report = reportOf(end);
      expect(report.accounting).toMatchObject({ scheduled: 3, failed: 3 });
      expect(report.errors).toEqual({ auth: 3 });
      expect(report.error_examples['auth']).toMatch(/^HTTP 401: /);
      expect(report.notes).toContain('No request completed: there are no latencies.');
    });

    it.concurrent('is what a threshold may fail on', async () => {
      const end = await run('sim-one', 'the-wrong-key-2', ['--failed-request-threshold', '10%']);
      expect(end.exitCode).toBe(99);
    });
  },
);

describe('an export that cannot be written', { timeout: 60_000 }, () => {
  const environment = { KEY: 'the-right-key-1' };
  const run = (...flags: readonly string[]) => {
    const target = ['-u', simulator.url, '-m', 'sim-one', '--api-key', 'env:KEY', '-n', '3'];
    return tokenstorm(['run', ...target, '--quiet', '--json', ...flags], { environment });
  };

  it.concurrent.each([
    ['its folder is a file', 'file.txt/report.json', 'file.txt'],
    ['it is a folder', '.', 'EISDIR'],
  ])('because %s is refused before the load', async (_, path, reason) => {
    await using folder = await temporaryFolder();
    await folder.write('file.txt', 'x');
    const end = await run('-o', `${folder.path}/${path}`);
    expect(end).toMatchObject({ exitCode: 2, stdout: '' });
    expect(end.stderr).toMatch(/^error: cannot write to .*\n {2}hint: .*--output/);
    expect(end.stderr).toContain(reason);
  });

  it.concurrent('because the disk is full is an error after the report', async () => {
    const end = await run('-o', '/dev/full');
    expect(end.exitCode).toBe(1);
    expect(reportOf(end).accounting.scheduled).toBe(3);
    expect(end.stderr).toMatch(/^error: cannot write the report to .*ENOSPC.*\n {2}hint: .*--output/);
  });

  it.concurrent('request by request because the disk is full is refused before the load', async () => {
    const end = await run('--export', 'csv=/dev/full');
    expect(end).toMatchObject({ exitCode: 2, stdout: '' });
    expect(end.stderr).toMatch(/^error: cannot write to \/dev\/full: ENOSPC.*\n {2}hint: /);
  });

  it.concurrent('is no reason to lose the run where it is the wire trace or the snapshots', async () => {
    const words = ['-u', simulator.url, '-m', 'sim-one', '--api-key', 'env:KEY', '-n', '3', '--json'];
    // Nobody can write there, not even root.
    const input = { environment, cwd: '/proc' };
    const full = ['--debug', '--snapshot-log', '/dev/full', '--allow-invalid'];
    const end = await tokenstorm(['run', ...words, ...full], input);
    expect(end.exitCode).toBe(0);
    expect(reportOf(end).accounting).toMatchObject({ completed: 3 });
    expect(end.stderr).toMatch(/warning: no wire trace: E\w+: /);
    expect(end.stderr).toMatch(/warning: cannot keep the run's snapshots in \/dev\/full: ENOSPC/);
  });
});

describe('two runs at once', { timeout: 60_000 }, () => {
  it.concurrent('do not disturb each other', async () => {
    const environment = { KEY: 'the-right-key-1' };
    const [one, other] = await Promise.all(
      ['sim-w3-n11', 'sim-w3-n13'].map((model, index) => {
        const load = [
          '-n',
          String(40 + index),
          '-c',
          '5',
          '--api-key',
          'env:KEY',
          '--json',
          '--allow-invalid',
        ];
        return tokenstorm(['run', '-u', simulator.url, '-m', model, ...load], { environment });
      }),
    );
    expect(reportOf(one!)).toMatchObject({ accounting: { completed: 40 }, tokens: { output: 440 } });
    expect(reportOf(other!)).toMatchObject({ accounting: { completed: 41 }, tokens: { output: 533 } });
    expect(await settledTruth(simulator, 'sim-w3-n11')).toHaveLength(40);
    expect(await settledTruth(simulator, 'sim-w3-n13')).toHaveLength(41);
    expect(reportOf(one!).run.id).not.toBe(reportOf(other!).run.id);
  });
});

describe('a wire trace', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['is one of all processes', ['--processes', '2'], 1],
    ["is none where the vendors' packages send, which is said", ['--client', 'sdk'], 0],
  ])('%s', async (_, flags, traces) => {
    await using folder = await temporaryFolder();
    const load = ['-u', simulator.url, '-m', 'sim-one', '--api-key', 'env:KEY', '-n', '4', '-c', '2'];
    const words = ['run', ...load, '--debug', '--quiet', '--allow-invalid', ...flags];
    const environment = { KEY: 'the-right-key-1' };
    const { exitCode, stderr } = await tokenstorm(words, { cwd: folder.path, environment });
    expect(exitCode).toBe(0);
    const names = (await readdir(folder.path)).filter((name) => name.endsWith('.debug.txt'));
    expect(names).toHaveLength(traces);
    const said =
      traces === 1 ? `written to ${folder.path}/${names[0]}` : 'writes no wire trace with client sdk';
    expect(stderr).toContain(said);
    for (const name of names) expect(await folder.read(name)).toContain('authorization: [redacted]');
  });
});

describe('a reader that has seen enough', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['of the report', '2>/dev/null | head -n 1'],
    ['of everything', '2>&1 | head -n 1'],
    ['before there is anything', '2>&1 | true'],
  ])('%s does not cost the run its files and its exit code', async (_, reader) => {
    await using folder = await temporaryFolder();
    const load = `-u ${simulator.url} -m sim-one --api-key env:KEY --rate 4 -d 3s -o out.json --allow-invalid --threshold`;
    const command = [process.execPath, ...nodeWords(), 'run', load, "'ttft: p(50) < 1us'"].join(' ');
    const { PATH = '', HOME = '' } = process.env;
    const shell = spawn('bash', ['-c', `${command} ${reader}; echo "code \${PIPESTATUS[0]}"`], {
      cwd: folder.path,
      env: { PATH, HOME, ...testStore, KEY: 'the-right-key-1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await text(shell.stdout)).toMatch(/code 99\n$/);
    expect(JSON.parse(await folder.read('out.json'))).toMatchObject({
      verdict: 'failed',
      accounting: { scheduled: 12, completed: 12 },
    });
  });
});
