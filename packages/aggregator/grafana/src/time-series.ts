import { leastStep, thresholdsOf } from './panel-text.ts';
import type { PanelText, Steps } from './panel-text.ts';
import type { Sized } from './layout.ts';
import type { InfluxTarget, TimeSeriesPanel, TrendPanel } from './schema.ts';
import { dataSource } from './target.ts';

export interface TimeSeriesText extends PanelText {
  /** Grafana's name of the unit: `ms`, `reqps`, `percentunit`. */
  readonly unit: string;
  readonly targets: readonly InfluxTarget[];
  /** Drawn as lines across the panel. */
  readonly limits?: Steps;
  /** Parts of one sum, on top of each other. */
  readonly isStacked?: boolean;
  /** Figures of each line in the legend, beside its name. */
  readonly calcs?: readonly string[];
  readonly width?: number;
  /** Scale by powers of ten: lines far apart stay readable. */
  readonly isLogarithmic?: boolean;
}

/** Lines over time. A step without data is a gap, never a zero. */
export function timeSeries(text: TimeSeriesText): Sized<TimeSeriesPanel> {
  return {
    width: text.width ?? 8,
    height: 8,
    panel: {
      type: 'timeseries',
      title: text.title,
      description: text.description,
      datasource: dataSource,
      interval: leastStep,
      targets: [...text.targets],
      options: { legend: legendOf(text.calcs ?? ['max']), tooltip: { mode: 'multi', sort: 'desc' } },
      fieldConfig: { defaults: defaultsOf(text), overrides: [] },
    },
  };
}

/** Lines over a field that is no time: runs that lie side by side from their start on. */
export function trend(
  text: TimeSeriesText & { readonly xField: string; readonly transformations: TrendPanel['transformations'] },
): Sized<TrendPanel> {
  const { transformations = [] } = text;
  return {
    width: text.width ?? 12,
    height: 9,
    panel: {
      type: 'trend',
      title: text.title,
      description: text.description,
      datasource: dataSource,
      interval: leastStep,
      targets: [...text.targets],
      transformations,
      options: {
        xField: text.xField,
        legend: legendOf(text.calcs ?? ['max']),
        tooltip: { mode: 'multi', sort: 'none' },
      },
      fieldConfig: {
        defaults: defaultsOf(text),
        overrides: [
          { matcher: { id: 'byName', options: text.xField }, properties: [{ id: 'unit', value: 's' }] },
        ],
      },
    },
  };
}

function legendOf(calcs: readonly string[]) {
  return {
    calcs: [...calcs],
    displayMode: calcs.length > 1 ? ('table' as const) : ('list' as const),
    placement: 'bottom' as const,
    showLegend: true,
  };
}

function defaultsOf({ unit, limits, isStacked = false, isLogarithmic = false }: TimeSeriesText) {
  return {
    unit,
    min: 0,
    color: { mode: 'palette-classic' as const },
    thresholds: thresholdsOf(limits),
    custom: {
      drawStyle: 'line' as const,
      lineWidth: 1,
      fillOpacity: isStacked ? 40 : 0,
      showPoints: 'auto' as const,
      pointSize: 4,
      spanNulls: false,
      stacking: { mode: isStacked ? ('normal' as const) : ('none' as const), group: 'A' },
      thresholdsStyle: { mode: limits === undefined ? ('off' as const) : ('dashed' as const) },
      ...(isLogarithmic && { scaleDistribution: { type: 'log' as const, log: 10 } }),
    },
  };
}
