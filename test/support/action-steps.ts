import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { testStore } from './store.ts';

/** One step of a composite action that a shell runs. */
export interface ActionStep {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a shell script left behind. */
export interface ScriptEnd {
  readonly exitCode: number;
  /** Standard output and error together. */
  readonly output: string;
}

/** What a job sees of an action that ran. */
export interface ActionEnd extends ScriptEnd {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly (Partial<ActionStep> & { readonly uses?: string })[] };
}

/** The checkout's own action. */
export async function readAction(): Promise<Action> {
  return parse(await readFile(join(checkout, 'action.yml'), 'utf8')) as Action;
}

/** Runs the shell steps of the checkout's action in this folder as GitHub does, up to the first that fails. */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<ActionEnd> {
  const action = await readAction();
  const runner = join(folder, 'runner');
  await mkdir(runner, { recursive: true });
  const files = ['GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => [
    name,
    join(runner, name),
  ]);
  for (const [, path = ''] of files) await writeFile(path, '');
  const github = {
    ...Object.fromEntries(files),
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: checkout,
    RUNNER_TEMP: runner,
  } as Record<string, string>;
  let end: ScriptEnd = { exitCode: 0, output: '' };
  for (const { run, env = {} } of action.runs.steps) {
    if (run === undefined || end.exitCode !== 0) continue;
    const paths = (await readFile(github['GITHUB_PATH']!, 'utf8')).split('\n').filter((path) => path !== '');
    const ownEnv = Object.entries(env).map(
      ([name, value]) => [name, inputOf(action, inputs, value)] as const,
    );
    const { exitCode, output } = await runScript('bash', ['-eo', 'pipefail'], run, folder, {
      ...environment,
      ...github,
      ...Object.fromEntries(ownEnv),
      PATH: [...paths, process.env['PATH'] ?? ''].join(delimiter),
    });
    end = { exitCode, output: end.output + output };
  }
  const lines = (await readFile(github['GITHUB_OUTPUT']!, 'utf8')).split('\n').filter((line) => line !== '');
  return {
    ...end,
    outputs: Object.fromEntries(lines.map((line) => line.split('=', 2))),
    summary: await readFile(github['GITHUB_STEP_SUMMARY']!, 'utf8'),
  };
}

/** Runs a script by a shell from a file, as pipelines do; nothing of this process's environment but PATH goes with it. */
export async function runScript(
  shell: 'bash' | 'sh',
  flags: readonly string[],
  script: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<ScriptEnd> {
  const path = join(folder, `script-${Date.now()}.sh`);
  await writeFile(path, script);
  const child = spawn(shell, [...flags, path], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...testStore, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { exitCode, output: stdout + stderr };
}

/** `${{ inputs.NAME }}` with its value. Throws for an input that the action does not have. */
function inputOf(action: Action, inputs: Readonly<Record<string, string>>, value: string): string {
  const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? '';
  const declared = action.inputs[name];
  if (declared === undefined) throw new Error(`no input of action.yml: ${value}`);
  return inputs[name] ?? declared.default ?? '';
}
