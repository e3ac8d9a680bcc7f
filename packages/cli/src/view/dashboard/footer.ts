import { fitted, span } from './line.ts';
import type { Line } from './line.ts';
import type { Look } from './look.ts';
import type { ViewState } from './view-state.ts';

/** The keys that can be pressed, most useful first. */
export function footerLine(state: ViewState, cells: number, look: Look): Line {
  const { hasKeys, status, isPaused } = state;
  if (!hasKeys)
    return fitted(
      [span(' Ctrl-C stops (standard input is no terminal: no other keys)', 'faint')],
      cells,
      look,
    );
  const several = (status?.detail?.slices.length ?? 0) > 1;
  const keys = [
    ['p', isPaused ? 'go on showing' : 'pause the view'],
    ...(several ? [['g', 'next group']] : []),
    ['q', stopWords(state)],
    ['?', 'help'],
  ];
  return fitted(
    keys.flatMap(([key = '', what = '']) => [span('  '), span(key, 'title'), span(` ${what}`, 'faint')]),
    cells,
    look,
  );
}

/** What `q` and Ctrl-C do now. */
function stopWords({ about, status }: ViewState): string {
  if (about.stopping === 'leaves') return 'leave (the run goes on)';
  return status?.stage === 'draining' ? 'stop now' : 'stop';
}

/** What the keys do and what the words mean. */
export function helpLines({ about }: ViewState): Line[] {
  const stop =
    about.stopping === 'leaves'
      ? 'leave; the run goes on without this view'
      : 'stop: requests under way may finish; again: stop now';
  const rows: readonly (readonly [string, string])[] = [
    ['p, space', 'pause the view, and go on; the run is not touched'],
    ['g, tab, right', 'show the next group: a target, scenario or region by itself'],
    ['left', 'show the group before'],
    ['a', 'show all requests again'],
    ['q, Ctrl-C', stop],
    ['Ctrl-Z', 'suspend: the load stops too, and the numbers will show it'],
    ['?, h', 'close this help'],
  ];
  const words: readonly (readonly [string, string])[] = [
    ['last 3 s', 'of requests that ended in the last seconds; charts, too'],
    ['run', 'of the run so far without its warm-up, as in the report'],
    ['TTFT, E2E', 'time to the first token, and to the last one'],
    ['ICL, TPOT', 'gap between chunks; mean time per token after the first'],
    ['asked', 'rate that the schedule asks for now'],
    ['1.2/5 ms', 'a light: what was measured, and when the run is suspect'],
  ];
  return [
    [span(' Keys', 'title')],
    ...rows.map(helpLine),
    [],
    [span(' Words', 'title')],
    ...words.map(helpLine),
  ];
}

function helpLine([left, right]: readonly [string, string]): Line {
  return [span(`   ${left.padEnd(15)}`, 'title'), span(right)];
}
