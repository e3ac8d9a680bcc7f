import type { LiveLight } from '../live-status-detail.ts';
import { measureText, percentText } from '../number-text.ts';
import { flowed, span } from './line.ts';
import type { Line, Span } from './line.ts';
import type { Look, Tone } from './look.ts';
import type { Section } from './section.ts';
import type { ViewState } from './view-state.ts';

const names: Readonly<Record<LiveLight['name'], string>> = {
  lag: 'starts',
  stamps: 'stamps',
  cpu: 'CPU wait',
  clock: 'clocks',
  lost: 'lost',
  knee: 'knee',
  errors: 'errors',
};
const words = { valid: 'ok', suspect: 'SUSPECT', invalid: 'INVALID', unknown: 'no data' } as const;
const tones: Readonly<Record<LiveLight['level'], Tone>> = {
  valid: 'good',
  suspect: 'warning',
  invalid: 'bad',
  unknown: 'faint',
};

const order = { invalid: 0, suspect: 1, valid: 2, unknown: 3 } as const;
/** With fewer columns the limits are left out. */
const limitsFrom = 82;

/** A light for each thing that the validity is judged by, as the report of the run so far would judge it. */
export function validitySection({ status }: ViewState, cells: number, look: Look): Section {
  const lights = status?.detail?.lights ?? [];
  const lines = flowed(
    lights.toSorted((a, b) => order[a.level] - order[b.level]).map((light) => lightLine(light, cells, look)),
    cells - 1,
    { gap: 2, least: Math.floor((cells - 5) / 3) },
  );
  return {
    title: 'Validity so far',
    aside: overall(lights),
    lines: lines.map((line) => [span(' '), ...line]),
    cutsSilently: true,
    least: Math.min(2, lines.length),
    rank: 7,
  };
}

function overall(lights: readonly LiveLight[]): Span[] {
  const worst = (['invalid', 'suspect', 'valid'] as const).find((level) =>
    lights.some((light) => light.level === level),
  );
  if (worst === undefined) return [span('no data yet', 'faint')];
  return [span(worst.toUpperCase(), tones[worst])];
}

function lightLine({ name, level, measured, limit }: LiveLight, cells: number, { glyphs }: Look): Line {
  const figure =
    measured === undefined ? '' : ` ${figureText(name, measured, cells < limitsFrom ? undefined : limit)}`;
  return [
    span(`${glyphs.light} `, tones[level]),
    span(names[name]),
    span(` ${words[level]}`, tones[level]),
    span(figure, 'faint'),
  ];
}

function figureText(name: LiveLight['name'], measured: number, limit: number | undefined): string {
  const isTime = name === 'lag' || name === 'stamps' || name === 'clock';
  const much = isTime ? measureText(measured) : percentText(measured);
  const of =
    limit === undefined || limit === 0 ? '' : `/${Number((isTime ? limit : limit * 100).toPrecision(3))}`;
  return isTime ? `${much}${of} ms` : `${much}${of}${of === '' ? '' : '%'}`;
}
