import { createInterface } from 'node:readline';
import { TokenstormError, exitCodes, nanoUsdPerUsd, plannedUse, usdText } from '@tokenstorm/core';
import type { ParsedScenario } from '@tokenstorm/core';
import type { RunOptions } from '../flags/run-options.ts';
import { estimateLines } from '../view/estimate.ts';
import { pageText } from '../view/page.ts';
import { styleOf, textWidth, wantsColours } from '../view/style.ts';

/**
 * Asks before a run that may cost more than `--confirm-over` allows, or of which nobody can know what it costs. Returns once
 * that is settled, before anything is sent. Throws where the answer is no, and where nobody can be asked.
 */
export async function confirmCost(
  parsed: ParsedScenario,
  { confirmOver, color }: Pick<RunOptions, 'confirmOver' | 'color'>,
): Promise<void> {
  if (confirmOver === undefined) return;
  const reason = reasonToAsk(parsed, confirmOver.usd);
  if (reason === undefined || confirmOver.yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw cannotAsk(reason);
  const style = styleOf(color && wantsColours(process.stderr, process.env));
  const page = { width: textWidth(process.stderr), style };
  process.stderr.write(pageText([estimateLines(useOf(parsed), parsed.scenario.budget, page)]));
  if (!(await isConfirmed(`${reason}. Start it? [y/N] `))) throw declined();
}

/** The upper end of the estimate, cut by the budget, against the limit: as a sentence without its full stop. */
export function reasonToAsk(parsed: ParsedScenario, limitUsd: number): string | undefined {
  const mostUsd = (useOf(parsed).nanoUsd?.most ?? Infinity) / nanoUsdPerUsd;
  const upperUsd = Math.min(mostUsd, parsed.scenario.budget?.usd ?? Infinity);
  if (upperUsd <= limitUsd) return undefined;
  const limit = `and --confirm-over is ${usdText(limitUsd)}`;
  return upperUsd === Infinity
    ? `What this run may cost cannot be known, ${limit}`
    : `This run may cost up to ${usdText(upperUsd)} with each request sent once, ${limit}`;
}

/** Of the scenario as it is now: a command that builds on a run may have changed it since it was parsed. */
function useOf({ scenario, datasets }: ParsedScenario) {
  return plannedUse(scenario, new Map(datasets.map((dataset) => [dataset.id, dataset])));
}

/** The end of the input and Ctrl-C are a no. */
async function isConfirmed(question: string): Promise<boolean> {
  using lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string>((resolve) => {
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve('');
    });
    lines.question(question, (text) => {
      lines.removeAllListeners('close');
      resolve(text);
    });
  });
  return /^y(es)?$/i.test(answer.trim());
}

function cannotAsk(reason: string): TokenstormError {
  return new TokenstormError('E_USAGE', `${reason}: nothing was sent.`, {
    hint: '--yes starts it without a question; --dry-run shows the estimate; a budget (--budget-usd) bounds what it can cost',
  });
}

function declined(): TokenstormError {
  return new TokenstormError('E_USAGE', 'Not started: nothing was sent.', {
    exitCode: exitCodes.interrupted,
  });
}
