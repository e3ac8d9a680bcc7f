import { systemClock } from '@tokenstorm/transport';
import type { RunOptions } from '../flags/run-options.ts';
import { Dashboard } from '../view/dashboard/dashboard.ts';
import { isInForeground } from '../view/dashboard/foreground.ts';
import { Progress } from '../view/progress.ts';
import type { RunView } from '../view/run-view.ts';
import { layoutOf } from './write-report.ts';
import { printMessage } from './print-text.ts';

/** A terminal smaller than this shows a few lines instead of a dashboard. */
const leastColumns = 40;
const leastRows = 12;

/** The view of a run's progress on stderr; undefined where none is wanted. */
export function openProgress({
  progress,
  color,
}: Pick<RunOptions, 'progress' | 'color'>): RunView | undefined {
  if (progress === 'none') return undefined;
  const { colours } = layoutOf(process.stderr, color);
  if (progress === 'messages') {
    // A plain line is due each 5 s, which never pass.
    return new Progress({ stream: plainStream(process.stderr), clock: { nowMs: () => 0 }, colours });
  }
  const linesOn = (stream: ConstructorParameters<typeof Progress>[0]['stream']) =>
    new Progress({ stream, clock: systemClock, colours });
  if (progress === 'lines' || process.env['TERM'] === 'dumb') return linesOn(plainStream(process.stderr));
  if (!hasRoom(process.stderr)) return linesOn(process.stderr);
  return new Dashboard({ colours, fallback: () => linesOn(process.stderr) });
}

/** Whether this is a terminal that a dashboard can take: large enough, and not at work for another job. */
function hasRoom({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  return isTTY && columns >= leastColumns && rows >= leastRows && isInForeground();
}

/** The same stream, taken for a file: one line now and then. */
function plainStream(stream: NodeJS.WriteStream) {
  return { isTTY: false, write: (text: string) => stream.write(text) };
}

/** Says something on stderr, above the progress where there is one. */
export function sayAbove(progress: RunView | undefined, text: string): void {
  if (progress === undefined) printMessage(`${text}\n`);
  else progress.say(text);
}
