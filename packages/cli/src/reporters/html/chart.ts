import { markup, none } from './markup.ts';
import type { Content, Html } from './markup.ts';

/** What the script draws. All lists of values are as long as `x`. */
export interface ChartData {
  /** `steps`: each value holds from its place to the next one. */
  readonly kind: 'line' | 'steps';
  readonly x: readonly number[];
  readonly xUnit: string;
  readonly isLog: boolean;
  readonly series: readonly ChartSeries[];
  /** Places on the x axis that are marked. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

export interface ChartSeries {
  readonly label: string;
  readonly unit: string;
  /** Number of its colour and of its kind of line, from 1: neither tells it apart alone. */
  readonly look: number;
  /** `share` is a second axis of 0 to 100 %. */
  readonly axis: 'value' | 'share';
  readonly values: readonly (number | null)[];
}

/** A chart on the page: its picture, what it says in words, and its numbers as a table. */
export interface Chart {
  /** Unique on the page, `a-z` and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What the picture shows, in a sentence or two: also for those who cannot see it. */
  readonly summary: string;
  readonly data: ChartData;
  readonly table: Html;
}

/** The chart as a figure with a place for the picture, which the script draws. */
function chartFigure({ id, title, summary, data, table }: Chart): Html {
  return markup`<figure class="chart panel" data-chart="${id}">
    <figcaption>
      <h3>${title}</h3>
      <p class="summary">${summary}</p>
    </figcaption>
    <div class="legend" role="group" aria-label="Lines of the chart ${title}">
      ${data.series.map(legendButton)}
    </div>
    <div class="plot" role="img" aria-label="${title}. ${summary}"></div>
    <details>
      <summary>Numbers<span class="hidden"> of the chart ${title}</span></summary>
      ${table}
    </details>
  </figure>`;
}

function legendButton({ label, look }: ChartSeries, index: number): Html {
  return markup`<button type="button" aria-pressed="true" data-series="${index}">
    <i class="look look-${lookClass(look)}"></i>${label}
  </button>`;
}

/** Charts side by side; nothing without charts. */
export function chartGrid(charts: readonly Chart[]): Content {
  return charts.length === 0 ? none : markup`<div class="charts">${charts.map(chartFigure)}</div>`;
}

/** There are six looks; more lines begin again. */
function lookClass(look: number): number {
  return ((look - 1) % 6) + 1;
}
