import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { reportOf, tokenstorm } from '../support/command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it.concurrent(
  'writes a file that is valid and runs, and never over another',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder();
    const inFolder = (words: readonly string[]) => tokenstorm(words, { cwd: folder.path });
    const { exitCode, stdout } = await inFolder(['init']);
    expect(exitCode).toBe(0);
    const [, validate, run] =
      /^Next:\n {2}tokenstorm (validate \S+) .*\n {2}tokenstorm (run \S+ --with-sim) /m.exec(stdout) ?? [];
    expect([validate, run]).toEqual(['validate tokenstorm.yaml', 'run tokenstorm.yaml --with-sim']);
    const text = await folder.read('tokenstorm.yaml');
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    expect(JSON.parse(await readFile(resolve(folder.path, schema), 'utf8'))).toMatchObject({
      type: 'object',
    });

    const short = ['--duration', '1s', '--warmup-duration', '200ms', '--json', '--quiet', '--allow-invalid'];
    const [again, valid, ended] = await Promise.all([
      inFolder(['init']),
      inFolder((validate ?? '').split(' ')),
      inFolder([...(run ?? '').split(' '), ...short]),
    ]);
    expect(again).toMatchObject({
      exitCode: 2,
      stderr:
        'error: tokenstorm.yaml is there already\n  hint: give another name, or --force to write over it\n',
    });
    expect(valid.exitCode).toBe(0);
    const { run: facts, accounting } = reportOf(ended);
    expect([facts.name, accounting.failed]).toEqual(['chat-steady', 0]);
    expect(accounting.completed).toBeGreaterThan(0);
  },
);

it.concurrent(
  'writes for the server that is asked for, wherever it is to be',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFolder();
    const words = [
      'init',
      'deep/er/gate.yaml',
      '--kind',
      'ci-gate',
      '-u',
      '127.0.0.1:9/v1',
      '-m',
      'my: model',
      '-m',
      'b',
    ];
    const { stdout } = await tokenstorm(words, { cwd: folder.path });
    expect(stdout).toContain('tokenstorm run deep/er/gate.yaml');
    const { stdout: plan, exitCode } = await tokenstorm(
      ['validate', join('deep', 'er', 'gate.yaml'), '--json'],
      {
        cwd: folder.path,
      },
    );
    expect(exitCode).toBe(0);
    expect(dirname(join(folder.path, 'deep/er/gate.yaml'))).toBe(join(folder.path, 'deep', 'er'));
    const text = await folder.read('deep/er/gate.yaml');
    expect(text).toContain('base_url: http://127.0.0.1:9/v1');
    for (const target of ['server/my: model', 'server/b']) expect(plan).toContain(target);
  },
);
