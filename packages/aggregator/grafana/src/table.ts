import { leastStep, thresholdsOf } from './panel-text.ts';
import type { PanelText } from './panel-text.ts';
import type { Sized } from './layout.ts';
import type { FieldOverride, InfluxTarget, TablePanel } from './schema.ts';
import { dataSource } from './target.ts';

export interface TableText extends PanelText {
  readonly targets: readonly InfluxTarget[];
  /** Unit of all columns that no override names. */
  readonly unit: string;
  readonly overrides?: readonly FieldOverride[];
  readonly transformations?: TablePanel['transformations'];
  readonly width?: number;
  readonly height?: number;
}

/** InfluxDB gives each row a time, which for a sum says nothing. */
export const withoutTime = { id: 'organize', options: { excludeByName: { Time: true } } };

/** Rows. The column of the time is left out unless `transformations` say otherwise. */
export function table(text: TableText): Sized<TablePanel> {
  const { title, description, targets, unit, overrides = [], transformations = [withoutTime] } = text;
  return {
    width: text.width ?? 24,
    height: text.height ?? 8,
    panel: {
      type: 'table',
      title,
      description,
      datasource: dataSource,
      interval: leastStep,
      targets: [...targets],
      transformations,
      options: { cellHeight: 'sm', frameIndex: 0, showHeader: true },
      fieldConfig: {
        defaults: {
          unit,
          noValue: '',
          thresholds: thresholdsOf(),
          custom: { align: 'auto', inspect: false },
        },
        overrides: [...overrides],
      },
    },
  };
}

/** The unit of columns, by a regular expression over their names. */
export function unitOf(names: string, unit: string): FieldOverride {
  return { matcher: { id: 'byRegexp', options: names }, properties: [{ id: 'unit', value: unit }] };
}
