import { usdText } from '@tokenstorm/core';
import type { Tier } from '@tokenstorm/core';
import { durationText, measureText, shortCountText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import type { Style } from '../view/style.ts';
import { shortened } from '../view/wrap.ts';
import type { MonitoredCall } from './monitored-call.ts';

const widths = { time: 8, ttft: 8, total: 8, speed: 5, tokens: 9, cost: 9, tier: 9 };
const others = Object.values(widths).reduce((sum, width) => sum + width + 1, 0);
const narrowest = 12;

/** One line of a table of calls. */
export class CallLines {
  readonly #style: Style;
  /** 0 where there is one target only. */
  readonly #targetWidth: number;
  readonly #width: number;

  constructor(
    targets: readonly string[],
    { width, style }: { readonly width: number; readonly style: Style },
  ) {
    const longest = Math.max(...targets.map((target) => target.length));
    this.#style = style;
    this.#width = width;
    this.#targetWidth = targets.length < 2 ? 0 : Math.min(longest, Math.max(narrowest, width - others));
  }

  heading(): string {
    const cells = ['TIME', 'TTFT', 'TOTAL', 'TOK/S', 'IN+OUT', 'COST', 'TIER'];
    return this.#style.faint(this.#line(cells, 'TARGET'));
  }

  /** A call that ended, with its time of day on this machine. */
  line(call: MonitoredCall): string {
    if (call.outcome !== 'completed') return this.#failed(call);
    const { ttft, e2e, output_tokens_per_second: speed } = call.metrics;
    const line = this.#line(
      [
        timeOfDay(call.at),
        msText(ttft),
        msText(e2e),
        speed === undefined ? '-' : shortMeasure(speed),
        `${countOr(call.input_tokens)}+${countOr(call.output_tokens)}`,
        call.cost_usd === null ? 'unknown' : usdText(call.cost_usd),
        '',
      ],
      call.target,
    );
    const { overall } = call.tiers;
    return `${line.trimEnd()}${this.#targetWidth === 0 ? '  ' : ' '}${overall === null ? '-' : tierText(overall, this.#style)}`;
  }

  #failed(call: MonitoredCall): string {
    const what = call.outcome === 'cancelled' ? 'CANCELLED' : 'FAILED';
    const why = call.error === null ? '' : ` ${call.error}: ${plainText(call.message ?? '')}`;
    const head = [timeOfDay(call.at), ...this.#target(call.target)].join(
      this.#targetWidth === 0 ? '  ' : ' ',
    );
    const room = Math.max(narrowest, this.#width - head.length - what.length - 3);
    return `${head}  ${this.#style.bad(what)}${why.length > room ? `${why.slice(0, room - 1)}…` : why}`;
  }

  #line(
    [time = '', ttft = '', total = '', speed = '', tokens = '', cost = '', tier = '']: string[],
    target: string,
  ) {
    return [
      time.padEnd(widths.time),
      ...this.#target(target),
      ttft.padStart(widths.ttft),
      total.padStart(widths.total),
      speed.padStart(widths.speed),
      tokens.padStart(widths.tokens),
      cost.padStart(widths.cost),
      tier,
    ].join(this.#targetWidth === 0 ? '  ' : ' ');
  }

  #target(target: string): readonly string[] {
    const width = this.#targetWidth;
    return width === 0 ? [] : [shortened(plainText(target), width).padEnd(width)];
  }
}

const tones = { excellent: 'good', good: 'good', fair: 'warning', poor: 'bad' } as const;

/** A tier in its colour. */
export function tierText(tier: Tier, style: Style): string {
  return style[tones[tier]](tier);
}

/** `14:03:09`, by the clock of this machine. */
export function timeOfDay(at: string | number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A measured value with 3 digits: `8.21`, `45.6`, `457`. */
export function shortMeasure(value: number): string {
  return value < 99.95 ? measureText(value) : value.toFixed(0);
}

/** `182 ms`, `1.24 s`, `2m 05s`; `-` where it is not known. */
export function msText(ms: number | undefined): string {
  if (ms === undefined) return '-';
  if (ms < 999.5) return `${shortMeasure(ms)} ms`;
  return ms < 59_950 ? `${shortMeasure(ms / 1000)} s` : durationText(ms);
}

function countOr(count: number | null): string {
  return count === null ? '?' : shortCountText(count);
}

/** A length of time without the parts that are 0: `5m`, `1m 30s`, `2h`. */
export function spanText(ms: number): string {
  return durationText(ms).replace(/ 00[sm]$/, '');
}
