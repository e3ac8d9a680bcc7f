import { systemClock } from '@tokenstorm/transport';
import type { RunOptions } from '../flags/run-options.ts';
import { Progress } from '../view/progress.ts';
import { layoutOf } from './write-report.ts';

/** The view of a run's progress on stderr; undefined where none is wanted. */
export function openProgress({
  progress,
  color,
}: Pick<RunOptions, 'progress' | 'color'>): Progress | undefined {
  if (progress === 'none') return undefined;
  const stream = progress === 'lines' ? plainStream(process.stderr) : process.stderr;
  return new Progress({ stream, clock: systemClock, colours: layoutOf(process.stderr, color).colours });
}

/** The same stream, taken for a file: one line now and then. */
function plainStream(stream: NodeJS.WriteStream) {
  return { isTTY: false, write: (text: string) => stream.write(text) };
}

/** Says something on stderr, above the progress where there is one. */
export function sayAbove(progress: Progress | undefined, text: string): void {
  if (progress === undefined) process.stderr.write(`${text}\n`);
  else progress.say(text);
}
