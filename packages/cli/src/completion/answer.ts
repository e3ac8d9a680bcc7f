import type { Argument, Command, Option } from 'commander';
import type { Environment } from '@tokenstorm/core';
import { isRepeatable } from '../flags/add-flags.ts';
import { runsHere } from './runs-here.ts';
import { filesToo, noSpace, shells } from './shells.ts';
import { flagValues } from './flag-values.ts';
import type { Candidate, Candidates } from './candidates.ts';
import { typedWords } from './words.ts';
import type { TypedWords } from './words.ts';

/**
 * What may come next, as the scripts read it: one line for each value, with a tab and what it is; then what else is to be known.
 * `request` is `SHELL -- WORDS`. Empty for what is not understood.
 */
export async function completionAnswer(
  program: Command,
  request: readonly string[],
  environment: Environment,
): Promise<string> {
  const [name, , ...words] = request;
  const shell = shells.find((known) => known === name);
  if (shell === undefined) return '';
  const typed = typedWords(shell, words);
  const found = await candidates(program, typed, environment);
  const fitting = found.values.filter(({ value }) => value.startsWith(typed.current));
  const lines = fitting.map(
    ({ value, text }) => `${value.slice(typed.hidden)}\t${text.replaceAll(/\s+/g, ' ')}`,
  );
  if (found.files === true) lines.push(filesToo);
  if (fitting.length > 0 && fitting.every(({ value }) => value.endsWith('='))) lines.push(noSpace);
  return lines.map((line) => `${line}\n`).join('');
}

async function candidates(
  program: Command,
  { before, current }: TypedWords,
  environment: Environment,
): Promise<Candidates> {
  const place = placeOf(program, before);
  if (place.open !== undefined) return flagValues(place.open, place.command.name(), environment);
  const [, flag, start] = /^(--[\w-]+=)(.*)$/s.exec(current) ?? [];
  if (flag !== undefined && start !== undefined) {
    const option = optionOf(place.command, flag.slice(0, -1));
    if (option === undefined) return { values: [] };
    const { values, files } = await flagValues(option, place.command.name(), environment);
    return { values: values.map((some) => ({ ...some, value: flag + some.value })), ...(files && { files }) };
  }
  if (current.startsWith('-')) return { values: flagsOf(place.command, before) };
  return wordsAt(place, program, environment);
}

/** Where the words so far lead. */
interface Place {
  readonly command: Command;
  /** A flag that waits for its value. */
  readonly open?: Option;
  /** Arguments that are there. */
  readonly arguments: number;
}

function placeOf(program: Command, before: readonly string[]): Place {
  let command = program;
  let given = 0;
  for (let index = 0; index < before.length; index += 1) {
    const word = before[index] ?? '';
    const option = word.startsWith('-') ? optionOf(command, word) : undefined;
    if (option !== undefined && takesValue(option)) {
      if (index === before.length - 1) return { command, open: option, arguments: given };
      index += 1;
      continue;
    }
    if (word.startsWith('-')) continue;
    const next = given === 0 ? command.commands.find((some) => some.name() === word) : undefined;
    if (next === undefined) given += 1;
    else command = next;
  }
  return { command, arguments: given };
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function optionOf(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => long === name || short === name);
}

/** Flags that were not given yet; those that may be repeated stay. */
function flagsOf(command: Command, before: readonly string[]): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options
    .filter(
      (option) =>
        isRepeatable(option) || !before.some((word) => word === option.long || word === option.short),
    )
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', text: description }));
}

async function wordsAt(place: Place, program: Command, environment: Environment): Promise<Candidates> {
  const { command } = place;
  const argument = command.registeredArguments[place.arguments] ?? lastRepeated(command);
  const found =
    argument === undefined ? { values: [] } : await argumentValues(argument, command, environment);
  if (place.arguments > 0) return found;
  const commands = command.createHelp().visibleCommands(command);
  const below = commands.map((some) => ({ value: some.name(), text: some.summary() || some.description() }));
  return { ...found, values: command === program ? below : [...below, ...found.values] };
}

function lastRepeated(command: Command): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return last?.variadic === true ? last : undefined;
}

async function argumentValues(
  argument: Argument,
  command: Command,
  environment: Environment,
): Promise<Candidates> {
  const name = argument.name();
  if (name === 'SHELL') return { values: shells.map((value) => ({ value, text: '' })) };
  if (name === 'TAG') return { values: (await runsHere(environment)).tags };
  if (!isRun(name)) return { values: [], files: true };
  const { runs, tags } = await runsHere(environment);
  const latest = { value: 'latest', text: 'the latest run' };
  return {
    values: [...(runs.length > 0 ? [latest] : []), ...tags, ...runs],
    files: takesFiles.has(command.name()),
  };
}

/** Others know runs by their names alone. */
const takesFiles = new Set(['report', 'show', 'diff']);

function isRun(name: string): boolean {
  return ['RUN', 'BASE', 'NEW', 'OTHER', 'BASELINE'].includes(name);
}
