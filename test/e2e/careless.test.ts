import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { settledTruth } from '../support/run-with-truth.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let simulator: SimulatorProcess;

beforeAll(async () => {
  simulator = await simulatorProcess(['--api-key', 'the-right-key-1']);
});

afterAll(() => simulator.close());

describe('a scenario file that is none', { timeout: 60_000 }, () => {
  it.concurrent.each([
    ['there', undefined, 'no such file or directory, open'],
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
    [['probe', 'a'], 'tokenstorm probe: not supported yet'],
  ])('%j is refused with a hint', async (words, hint) => {
    const { exitCode, stdout, stderr } = await tokenstorm(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('sk-abcdefgh12345');
  });
});

describe('a request that the server refuses', { timeout: 60_000 }, () => {
  const run = async (model: string, key: string, more: readonly string[] = []) => {
    const words = ['run', '-u', simulator.url, '-m', model, '-n', '3', '--api-key', 'env:KEY', ...more];
    return tokenstorm([...words, '--allow-invalid', '--quiet'], { environment: { KEY: key } });
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
});

describe('an export that cannot be written', { timeout: 60_000 }, () => {
  const run = (path: string) =>
    tokenstorm(['run', '-u', simulator.url, '-m', 'sim-one', '-n', '3', '-o', path, '--quiet', '--json']);

  it.concurrent.each([
    ['its folder is a file', 'file.txt/report.json', 'file.txt'],
    ['the disk is full', '/dev/full', 'ENOSPC'],
    ['it is a folder', '.', 'EISDIR'],
  ])('because %s is an error after the report', async (_, path, reason) => {
    await using folder = await temporaryFolder();
    await folder.write('file.txt', 'x');
    const end = await run(path.startsWith('/') ? path : `${folder.path}/${path}`);
    expect(end.exitCode).toBe(1);
    expect(reportOf(end).accounting.scheduled).toBe(3);
    expect(end.stderr).toMatch(/^error: cannot write the report to .*\n {2}hint: .*--output/);
    expect(end.stderr).toContain(reason);
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
