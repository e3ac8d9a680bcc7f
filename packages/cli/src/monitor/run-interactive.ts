import { createInterface } from 'node:readline';
import { createInterface as createQuestions } from 'node:readline/promises';
import { exitCodes } from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import type { MonitorOptions } from '../flags/monitor-options.ts';
import { onSignals } from '../run/signals.ts';
import { numbered } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import { styleOf, textWidth, wantsColours } from '../view/style.ts';
import { Conversation } from './conversation.ts';
import { InteractiveMonitor } from './interactive-monitor.ts';
import type { MonitorSession } from './monitor-session.ts';

/** Sends what is typed, or what a script has on its lines, until its end. Returns the exit code: 1 where a call of a script failed. */
export async function runInteractive(
  session: MonitorSession,
  options: MonitorOptions,
  environment: Environment,
): Promise<number> {
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const { folder, json, color } = options;
  const monitor = new InteractiveMonitor(session, {
    folder,
    json,
    isTerminal: isTerminal && !json,
    page: {
      width: textWidth(process.stdout),
      style: styleOf(color && !json && wantsColours(process.stdout, environment)),
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  for (const warning of [...session.warnings, ...(await session.doubts(options, environment))])
    process.stderr.write(`warning: ${warning}\n`);
  await (isTerminal ? converse(monitor, session) : readScript(monitor));
  await leave(monitor, isTerminal, json);
  if (session.isBudgetUsedUp) return exitCodes.aborted;
  return !isTerminal && monitor.failed > 0 ? exitCodes.internal : exitCodes.passed;
}

/** Lines of a script, one after the other. A signal gives the answer under way up and ends it. */
async function readScript(monitor: InteractiveMonitor): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  let isEnding = false;
  using _signals = onSignals([
    () => {
      isEnding = true;
      monitor.cancel();
      lines.close();
      process.stdin.destroy();
    },
    () => process.exit(exitCodes.interrupted),
  ]);
  for await (const line of lines) {
    if (isEnding || !(await monitor.line(line))) break;
  }
  lines.close();
  // A pipe that stays open would keep the process from ending.
  process.stdin.destroy();
}

async function converse(monitor: InteractiveMonitor, session: MonitorSession): Promise<void> {
  const [{ key }] = session.targets;
  const others = session.targets.length - 1;
  const only = others === 0 ? '' : ` (of ${numbered(others + 1, 'target')} the first; --every asks all)`;
  process.stdout.write(
    `Talking to ${plainText(key)}${only}.\nType a prompt; help says what else; exit leaves.\n`,
  );
  const conversation = new Conversation(monitor);
  using _signals = onSignals([() => conversation.close(), () => process.exit(exitCodes.interrupted)]);
  await conversation.run();
}

/** Nothing measured is lost unsaid: at a terminal it is offered to be saved. */
async function leave(monitor: InteractiveMonitor, isTerminal: boolean, json: boolean): Promise<void> {
  if (monitor.unsaved === 0 || json) return;
  const what = numbered(monitor.unsaved, 'call');
  if (!isTerminal)
    return void process.stderr.write(`${what} not saved: save or csv before the end keeps them\n`);
  if (!(await isWanted(`Save ${what} that ${monitor.unsaved === 1 ? 'is' : 'are'} in no file? [Y/n] `)))
    return;
  try {
    process.stdout.write(`Saved to ${await monitor.saveNew()}\n`);
  } catch (cause) {
    process.stderr.write(`cannot save: ${cause instanceof Error ? cause.message : String(cause)}\n`);
  }
}

async function isWanted(question: string): Promise<boolean> {
  const questions = createQuestions({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => questions.once('close', () => resolve('no')));
  const answer = await Promise.race([questions.question(question), closed]);
  questions.close();
  return /^\s*(y|yes)?\s*$/i.test(answer);
}
