import { leastStep, thresholdsOf } from './panel-text.ts';
import type { PanelText, Steps } from './panel-text.ts';
import type { Sized } from './layout.ts';
import type { FieldOverride, InfluxTarget, StatPanel } from './schema.ts';
import { dataSource } from './target.ts';

export interface StatText extends PanelText {
  readonly unit: string;
  readonly targets: readonly InfluxTarget[];
  readonly steps?: Steps;
  /** Colour of each text that may stand there. With it, what is shown is text. */
  readonly colors?: Readonly<Record<string, string>>;
  /** What stands there without data. */
  readonly noValue: string;
  readonly width?: number;
  readonly decimals?: number;
  readonly overrides?: readonly FieldOverride[];
}

/** Fields by name: texts are no numbers, which would be shown by themselves. */
const anyButTime = '/^(?!Time$)/';

/** One figure, or one for each column: the latest. */
export function stat(text: StatText): Sized<StatPanel> {
  const { title, description, targets, overrides = [] } = text;
  return {
    width: text.width ?? 4,
    height: 4,
    panel: {
      type: 'stat',
      title,
      description,
      datasource: dataSource,
      interval: leastStep,
      targets: [...targets],
      options: {
        colorMode: colorModeOf(text),
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: {
          calcs: ['lastNotNull'],
          fields: text.colors === undefined ? '' : anyButTime,
          values: false,
        },
        showPercentChange: false,
        textMode: 'auto',
        wideLayout: true,
      },
      fieldConfig: { defaults: defaultsOf(text), overrides: [...overrides] },
    },
  };
}

/** A figure has the colour of its step, a text that of its words as its ground, where it has one. */
function colorModeOf({ colors }: StatText) {
  if (colors === undefined) return 'value';
  return Object.keys(colors).length === 0 ? 'none' : 'background';
}

function defaultsOf({ unit, noValue, steps, colors, decimals }: StatText) {
  return {
    unit,
    noValue,
    ...(decimals !== undefined && { decimals }),
    color: { mode: 'thresholds' as const },
    // Without a word there is nothing to be coloured.
    thresholds: thresholdsOf(steps ?? (colors === undefined ? undefined : [['transparent', null]])),
    mappings: Object.entries(colors ?? {}).map(([value, color], index) => ({
      type: 'value' as const,
      options: { [value]: { color, index } },
    })),
  };
}
