import { isGithub } from '../reporters/github/github-context.ts';
import { withoutCommands } from '../reporters/github/workflow-command.ts';

/** Text for people on stdout. In a job of GitHub nothing in it, such as a server's message, is taken for a command there. */
export function printText(text: string): void {
  process.stdout.write(harmless(text));
}

/** The same on stderr, which the runner obeys too: errors and warnings may quote a server. */
export function printMessage(text: string): void {
  process.stderr.write(harmless(text));
}

/** The text as it may be shown in a job of GitHub, and as it is elsewhere. */
export function harmless(text: string): string {
  return isGithub(process.env) ? withoutCommands(text) : text;
}
