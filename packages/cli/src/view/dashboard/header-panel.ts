import { progressRatio, remainingMs } from '../live-status.ts';
import type { LiveStatus } from '../live-status.ts';
import { countText, durationText } from '../number-text.ts';
import { plainText } from '../page.ts';
import { fitted, lineCells, span, spread } from './line.ts';
import type { Line, Span } from './line.ts';
import type { Look } from './look.ts';
import type { ViewState } from './view-state.ts';

const stages = { 'warming-up': 'WARM-UP', running: 'RUNNING', draining: 'DRAINING' } as const;

/** Name, stage and how far the run is: two lines. */
export function headerLines(state: ViewState, cells: number, look: Look): Line[] {
  const { about, status, isPaused } = state;
  const name = [
    span(' Tokenstorm', 'title'),
    span(`  ${plainText(about.name)}`),
    span(`  ${about.runId}`, 'faint'),
  ];
  const right: Span[] = isPaused
    ? [span(' VIEW PAUSED, the run goes on ', 'marked'), span(' ')]
    : status === undefined
      ? [span('STARTING ', 'warning')]
      : [stageSpan(status), span(` ${timeText(status)} `)];
  return [spread(name, right, cells, look), barLine(status, cells, look)];
}

function stageSpan({ stage }: LiveStatus): Span {
  return span(stages[stage], stage === 'running' ? 'good' : 'warning');
}

function timeText({ elapsedMs, plannedMs, plannedRequests }: LiveStatus): string {
  const elapsed = durationText(Math.max(0, elapsedMs));
  if (plannedMs !== undefined) return `${elapsed} of ${durationText(plannedMs)}`;
  return plannedRequests === undefined
    ? elapsed
    : `${elapsed}, ${countText(plannedRequests)} requests planned`;
}

function barLine(status: LiveStatus | undefined, cells: number, look: Look): Line {
  const { full, empty } = look.glyphs;
  const ratio = status === undefined ? 0 : progressRatio(status);
  if (ratio === undefined)
    return fitted([span(' no end planned: it runs until it is stopped', 'faint')], cells, look);
  const left = status === undefined || status.stage !== 'running' ? undefined : remainingMs(status);
  const words = ` ${`${Math.floor(ratio * 100)}%`.padStart(4)}${left === undefined ? '' : `  ${durationText(left)} left`} `;
  const room = Math.max(0, cells - 1 - lineCells([span(words)]));
  const done = Math.floor(ratio * room);
  return fitted(
    [span(' '), span(full.repeat(done), 'good'), span(empty.repeat(room - done), 'faint'), span(words)],
    cells,
    look,
  );
}
