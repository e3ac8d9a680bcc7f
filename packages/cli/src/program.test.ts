import { TokenstormError } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { notYetCommands } from './flags/not-yet-commands.ts';
import { invoke } from './program.fixture.ts';

describe('help', () => {
  it('lists the commands there are, and the others as not yet', async () => {
    const { out } = await invoke(['--help']);
    expect(out).toMatch(/^ {2}run \[options\] \[FILE\]/m);
    expect(out).toMatch(/^ {2}attach \[options\] <RUN>/m);
    expect(out).not.toMatch(/^ {2}capacity/m);
    expect(out).toMatch(/Not yet: .*capacity/);
  });

  it('shows flags in groups with their aliases, and none that is not supported yet', async () => {
    const { out } = await invoke(['run', '--help']);
    expect(out).toMatch(/How much, how fast:[\s\S]*--request-rate[\s\S]*--target-qps/);
    expect(out).toMatch(/From several machines:[\s\S]*--redis[\s\S]*--min-workers[\s\S]*--detach/);
    expect(out).not.toContain('--replay-speedup');
    expect(out).not.toContain('--shards');
  });

  it('prints the version', async () => {
    expect(await invoke(['--version'])).toMatchObject({ exitCode: 0, out: '1.2.3\n' });
  });

  it('prints help as an error where nothing is asked for', async () => {
    const { exitCode, out, err } = await invoke([]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain('Usage: tokenstorm');
  });
});

describe('commands', () => {
  it('hands the options over and returns the exit code', async () => {
    const argv = [
      'run',
      'a.yaml',
      '--rate',
      '20',
      '-z',
      '30',
      '--goodput',
      'ttft:200',
      'tpot:50',
      '--json',
      '--no-color',
    ];
    const { exitCode, run } = await invoke(argv, () => 99);
    expect(exitCode).toBe(99);
    expect(run).toHaveLength(1);
    expect(run[0]).toMatchObject({
      file: 'a.yaml',
      json: true,
      color: false,
      scenario: { requestRate: 20, duration: '30s', slo: { ttft: '200ms', tpot: '50ms' } },
    });
  });

  it.each([
    [[], undefined],
    [['--streaming'], true],
    [['--no-streaming'], false],
  ])('%j streams: %s', async (argv, expected) => {
    const { run } = await invoke(['run', ...argv]);
    expect(run[0]?.scenario.streaming).toBe(expected);
  });

  it('validates a file', async () => {
    const { validate } = await invoke(['validate', 'a.yaml', '--json']);
    expect(validate).toEqual([{ file: 'a.yaml', json: true, color: true }]);
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [['sim'], []],
    [
      ['sim', '--port', '0', '--what', '-q', '5'],
      ['--port', '0', '--what', '-q', '5'],
    ],
    [['sim', '-h'], ['--help']],
    [['help', 'sim'], ['--help']],
  ])('%j hands %j to the simulator', async (argv, words) => {
    const { exitCode, sim } = await invoke(argv, () => 3);
    expect([exitCode, sim]).toEqual([3, [words]]);
  });
});

describe('errors', () => {
  it.each<readonly [readonly string[], RegExp]>([
    [['runn'], /^error: unknown command 'runn'\n\(Did you mean one of run, runs\?\)\n$/],
    [['chat.yaml'], /^error: unknown command 'chat.yaml'\n {2}hint: tokenstorm run chat.yaml\n$/],
    [['run', '--modle', 'x'], /^error: unknown option '--modle'\n\(Did you mean --model\?\)\n$/],
    [['run', '--model'], /^error: option '-m, --model <name>' argument missing\n$/],
    [['run', 'a.yaml', 'b.yaml'], /^error: too many arguments for 'run'/],
    [['validate'], /^error: missing required argument 'FILE'\n$/],
    [
      ['run', '--replay-speedup', '5', '--max-errors', '3'],
      /^error: 2 problems with the command line:\n {2}- --max-errors: not supported yet \(.*\)\n {2}- --replay-speedup: not supported yet\n$/,
    ],
  ])('%j is a usage error of one message', async (argv, message) => {
    const { exitCode, out, err, run } = await invoke(argv);
    expect({ exitCode, out, run }).toEqual({ exitCode: 2, out: '', run: [] });
    expect(err).toMatch(message);
  });

  it.each(notYetCommands)('%s is not supported yet', async (name) => {
    for (const argv of [[name], [name, '--redis', 'x', 'y'], [name, '--help']]) {
      const { exitCode, err } = await invoke(argv);
      expect({ exitCode, err }).toEqual({
        exitCode: 2,
        err: `error: tokenstorm ${name}: not supported yet\n  hint: tokenstorm --help lists the commands there are\n`,
      });
    }
  });

  it('hands the commands for runs over Redis what they were asked for', async () => {
    const url = ['--redis', 'redis://h:1'];
    const { attach } = await invoke(['attach', 'latest', ...url, '--json', '-o', 'r.json']);
    const { stop } = await invoke(['stop', '2026', '--now', '--redis=redis://h:1']);
    const { runs } = await invoke(['runs', ...url]);
    const { run } = await invoke(['run', '-d', '5s', ...url, '--wait-for-model-timeout', '9', 'a.yaml']);
    const redisUrl = 'redis://h:1';
    const exports = [{ format: 'json', path: 'r.json' }];
    expect(attach).toMatchObject([{ run: 'latest', redisUrl, json: true, exports, progress: 'live' }]);
    expect(stop).toEqual([{ run: '2026', redisUrl, now: true }]);
    expect(runs).toMatchObject([{ action: 'list', redisUrl, json: false, color: true, limit: 20 }]);
    expect(run).toMatchObject([{ file: 'a.yaml', distributed: { redisUrl, readyTimeoutMs: 9000 } }]);
  });

  it('prints an error of ours with its hint and exit code', async () => {
    const { exitCode, err } = await invoke(['run'], () => {
      throw new TokenstormError('E_FILE', 'cannot read a.yaml', { hint: 'check the path' });
    });
    expect([exitCode, err]).toEqual([2, 'error: cannot read a.yaml\n  hint: check the path\n']);
  });

  it('prints any other error with its stack and exits with 1', async () => {
    const { exitCode, err } = await invoke(['run'], () => {
      throw new RangeError('a bug');
    });
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^internal error: RangeError: a bug\n {4}at /);
  });
});

describe('report', () => {
  it('takes several runs and what its flags say', async () => {
    const { exitCode, report } = await invoke([
      'report',
      'a.jsonl',
      'b',
      '-o',
      'both.json',
      '--json',
      '--no-color',
    ]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject([
      {
        runs: ['a.jsonl', 'b'],
        json: true,
        color: false,
        exports: [{ format: 'json', path: 'both.json' }],
        allowInvalid: false,
      },
    ]);
  });

  it.each([
    [['report'], "missing required argument 'RUN'"],
    [['report', 'a', '--fail-on', 'never'], '--fail-on never: expected invalid or suspect'],
    [['report', 'a', '--export', 'csv=r.csv'], '--export csv=r.csv: '],
    [['report', 'a', '--rate', '5'], "unknown option '--rate'"],
  ])('%j is refused', async (argv, problem) => {
    const { exitCode, err, report } = await invoke(argv);
    expect([exitCode, report]).toEqual([2, []]);
    expect(err).toContain(problem);
  });
});
