import { Option } from 'commander';
import type { Command } from 'commander';
import type { Flag } from './flag.ts';

/** Gives a command its flags. Values arrive as lists of texts, so that a flag given twice can be told. */
export function addFlags(command: Command, flags: readonly Flag[]): Command {
  for (const flag of flags) command.addOption(toOption(flag));
  const lastGroup = flags.findLast(({ group }) => group !== undefined)?.group ?? 'Options:';
  return command.addHelpOption(new Option('-h, --help', 'print this').helpGroup(lastGroup));
}

const repeatable = new WeakSet<Option>();

/** Whether a flag may be given several times. */
export function isRepeatable(option: Option): boolean {
  return repeatable.has(option);
}

function toOption(flag: Flag): Option {
  const names = [...(flag.short === undefined ? [] : [flag.short]), flag.name].join(', ');
  const option = new Option(flag.value === undefined ? names : `${names} ${flag.value}`, describe(flag));
  if (flag.value !== undefined) option.argParser(collect);
  if (flag.repeatable === true) repeatable.add(option);
  if (flag.group === undefined) option.hideHelp();
  else option.helpGroup(flag.group);
  return option;
}

function describe({ description, aliases }: Flag): string {
  return aliases === undefined ? description : `${description} [also ${aliases.join(', ')}]`;
}

/** Before it may stand the value of its `--no-` form. */
function collect(value: string, previous: readonly string[] | boolean | undefined): readonly string[] {
  return [...(Array.isArray(previous) ? (previous as readonly string[]) : []), value];
}
