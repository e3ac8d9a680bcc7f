import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Report } from '@tokenstorm/core';
import { nodeWords } from './command.ts';
import { testStore } from './store.ts';

/** What a user gets from one run of the command. */
export interface RunOutcome {
  readonly report: Report;
  readonly exitCode: number;
  readonly stderr: string;
}

/** A scenario as its file holds it; JSON is YAML. */
export type ScenarioDocument = Readonly<Record<string, unknown>>;

export interface RunInput {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Further files beside the scenario, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Told the process's id. */
  readonly onStart?: (pid: number) => void;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `tokenstorm run FILE --json` with this scenario, as a process of its own, from a directory of its own. */
export async function runScenario(scenario: ScenarioDocument, input: RunInput = {}): Promise<RunOutcome> {
  const directory = await mkdtemp(join(tmpdir(), 'tokenstorm-'));
  try {
    const path = join(directory, 'scenario.yaml');
    const files = { ...input.files, 'scenario.yaml': JSON.stringify(scenario, null, 2) };
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
    return await runFlags([path, ...(input.flags ?? [])], input);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * `tokenstorm run --json` with these words, as a process of its own. An invalid measurement does not change its exit
 * code: a machine that runs tests beside it may well make the generator late. Rejects where there is no report.
 */
export async function runFlags(
  words: readonly string[],
  { environment, onStart }: Omit<RunInput, 'flags' | 'files'> = {},
): Promise<RunOutcome> {
  const child = spawn(
    process.execPath,
    [...nodeWords(), 'run', ...words, '--json', '--quiet', '--allow-invalid'],
    {
      cwd: root,
      env: { ...process.env, ...testStore, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (child.pid !== undefined) onStart?.(child.pid);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (exitCode === null || !stdout.startsWith('{')) {
    throw new Error(`No report (exit code ${exitCode}).\n${stdout}\n${stderr}`);
  }
  return { report: JSON.parse(stdout) as Report, exitCode, stderr };
}
