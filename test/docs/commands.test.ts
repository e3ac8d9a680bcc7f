import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../support/docs/blocks.ts';
import { commandsOf, programOf } from '../support/docs/commands.ts';
import type { DocumentedCommand } from '../support/docs/commands.ts';
import { elsewhere } from '../support/docs/elsewhere.ts';
import { Stage } from '../support/docs/stage.ts';

/** It went well, or this machine was too busy to be believed, or its thresholds did not hold on it. */
const fineExitCodes = [0, 5, 99];

const top = fileURLToPath(new URL('../../', import.meta.url));
const ours = documents
  .map((file) => ({
    file,
    commands: commandsOf(file).filter((command) => programOf(command) === 'tokenstorm'),
  }))
  .filter(({ commands }) => commands.length > 0);

describe('the commands of the documents', { timeout: 240_000 }, () => {
  let stage: Stage;

  beforeAll(async () => {
    const models = ours.flatMap(({ commands }) => commands.flatMap(({ text }) => modelsIn(text)));
    stage = await Stage.open(['my-model', ...models]);
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  it.concurrent.each(ours)('of $file do what it says, in its order', async ({ commands }) => {
    const folder = await stage.folder();
    const problems: string[] = [];
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await stage.run(command.text, folder);
      if (exitCode === null || !fineExitCodes.includes(exitCode))
        problems.push(
          `${place(command)}: exit code ${exitCode}\n${stdout.slice(-500)}\n${stderr.slice(-1500)}`,
        );
    }
    expect(problems.join('\n\n')).toBe('');
  });
});

it('every other command of the documents has a test, or a job, that runs its like', () => {
  const others = documents.flatMap(commandsOf).filter((command) => programOf(command) !== 'tokenstorm');
  expect(others.length).toBeGreaterThan(20);
  const without = others.filter(({ text }) => {
    const found = elsewhere.find(({ command }) => command.test(text));
    return found === undefined || !existsSync(top + found.by);
  });
  expect(without.map(place)).toEqual([]);
});

function place({ file, line, text }: DocumentedCommand): string {
  return `${file}:${line} ${text}`;
}

function modelsIn(command: string): readonly string[] {
  return Array.from(command.matchAll(/(?:--models?|-m)[ =](\S+)/g), ([, names = '']) =>
    names.split(','),
  ).flat();
}
