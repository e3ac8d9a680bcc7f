import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeWords, tokenstorm } from '../support/command.ts';
import { simulatorProcess } from '../support/simulator.ts';
import { codeCache } from '../support/store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

let folder: TemporaryFolder;
let script: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const command = [process.execPath, ...nodeWords()].map((word) => `'${word}'`).join(' ');
  await chmod(await folder.write('tokenstorm', `#!/bin/sh\nexec ${command} "$@"\n`), 0o755);
  await folder.write('load.yaml', 'name: x\n');
  const { stdout } = await tokenstorm(['completion', 'bash']);
  script = await folder.write('completion.bash', stdout);
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

/** What bash has to offer for each of these lines, the cursor at the end of each: the words are cut up as readline does it. */
async function offered(lines: readonly string[]): Promise<readonly (readonly string[])[]> {
  const cases = lines.map((line) => {
    const words = line.match(/[=:]+|[^\s=:]+/g) ?? [];
    const all = /\s$/.test(line) ? [...words, ''] : words;
    return [
      `COMP_WORDS=(${all.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ')})`,
      `COMP_CWORD=${all.length - 1}`,
      '_tokenstorm_completion',
      'printf "%s\\n" "${COMPREPLY[@]}"; echo ----',
    ].join('\n');
  });
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await promisify(execFile)(
    'bash',
    ['--norc', '-c', `source '${script}'\ncomplete -p tokenstorm >&2\n${cases.join('\n')}`],
    {
      cwd: folder.path,
      env: { PATH: `${folder.path}:${PATH}`, HOME, TOKENSTORM_HOME: join(folder.path, 'home'), ...codeCache },
    },
  );
  return stdout
    .split('----\n')
    .slice(0, -1)
    .map((text) => text.split('\n').filter((line) => line !== ''));
}

describe('completion', { timeout: 60_000 }, () => {
  it('completes commands, values, files and runs in bash', async () => {
    const simulator = await simulatorProcess();
    const run = await tokenstorm(
      ['run', '-u', simulator.url, '-m', 'sim-one', '-n', '1', '--json', '--quiet', '--allow-invalid'],
      {
        environment: { TOKENSTORM_HOME: join(folder.path, 'home') },
      },
    );
    await simulator.close();
    const { id } = (JSON.parse(run.stdout) as { run: { id: string } }).run;
    const [commands, joined, files, runs] = await offered([
      'tokenstorm ru',
      'tokenstorm run --export=js',
      'tokenstorm run lo',
      'tokenstorm report ',
    ]);
    expect(commands).toEqual(['run', 'runs']);
    expect(joined).toEqual(['json=', 'jsonl=']);
    expect(files).toEqual(['load.yaml']);
    expect(runs).toEqual(expect.arrayContaining(['latest', id, 'load.yaml']));
  });

  it('runs nothing that was typed so far', async () => {
    const [some] = await offered(['tokenstorm run $(touch${IFS}ran) ;touch${IFS}ran --ui s']);
    expect(some).toEqual(['simple']);
    await expect(folder.read('ran')).rejects.toThrow('ENOENT');
  });

  it('knows no other shell', async () => {
    const { exitCode, stderr } = await tokenstorm(['completion', 'bsh']);
    expect([exitCode, stderr]).toEqual([
      2,
      'error: tokenstorm completion bsh: there is no script for this shell\n  hint: did you mean `bash`?\n',
    ]);
  });
});
