import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { InitOptions } from '../flags/init-options.ts';
import { asksForProvider, filledTemplate } from '../init/fill-template.ts';
import { scenariosFolder } from '../init/scenarios-folder.ts';
import { reasonOf } from '../run/export-file.ts';

const prompts = join('prompts', 'questions.jsonl');

/** `tokenstorm init`: a new scenario file with its prompts, and what to do with it. Returns the exit code. */
export async function initCommand(options: InitOptions): Promise<number> {
  const { file } = options;
  const folder = scenariosFolder();
  const template = await readFile(join(folder, `${options.kind}.yaml`), 'utf8');
  const schema = schemaPath(join(folder, 'scenario.schema.json'), dirname(resolve(file)));
  await mkdir(dirname(resolve(file)), { recursive: true });
  await write(file, filledTemplate(template, { path: file, schema, options }), options.force);
  process.stdout.write(`Wrote ${file} (${options.kind}).\n`);
  if (template.includes('prompts/questions.jsonl')) await writePrompts(join(folder, prompts), file);
  process.stdout.write(nextCommands(options));
  return exitCodes.passed;
}

/** From the new file's folder where both are in one project, else from the root: it stays right wherever the file is moved to. */
function schemaPath(schema: string, from: string): string {
  const path = relative(from, schema);
  return path.startsWith('..') ? schema : `./${path}`;
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new TokenstormError(
      'E_FILE',
      isThere ? `${path} is there already` : `cannot write ${path}: ${reasonOf(cause)}`,
      { hint: isThere ? 'give another name, or --force to write over it' : 'give another path', cause },
    );
  }
}

/** Prompts that are there are the user's own. */
async function writePrompts(source: string, file: string): Promise<void> {
  const path = join(dirname(file), prompts);
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, await readFile(source, 'utf8'), { flag: 'wx' });
    process.stdout.write(`Wrote ${path}: put your own questions there.\n`);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}

function nextCommands(options: InitOptions): string {
  const path = shellWord(options.file);
  const isOwn = asksForProvider(options);
  return [
    '',
    'Next:',
    `  tokenstorm validate ${path}          what it is going to do; sends nothing`,
    isOwn
      ? `  tokenstorm run ${path}               --with-sim tries it against the simulated server`
      : `  tokenstorm run ${path} --with-sim    against the simulated server; change base_url and models for your own`,
    '',
  ].join('\n');
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
