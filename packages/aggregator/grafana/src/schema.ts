import type * as grafana from '@grafana/schema';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as trend from '@grafana/schema/dist/esm/raw/composable/trend/panelcfg/x/TrendPanelCfg_types.gen';

/** A type of Grafana's own schema as its JSON has it: enums are their values. */
type Json<T> = unknown extends T
  ? unknown
  : T extends string
    ? `${T}`
    : T extends number
      ? Plain<`${T}`>
      : T extends readonly (infer Item)[]
        ? Json<Item>[]
        : T extends object
          ? { [Key in keyof T]: Json<T[Key]> }
          : T;

/** A number that was a text: what an enum's number is without its name. */
type Plain<Text extends string> = Text extends `${infer Value extends number}` ? Value : number;

/** The variable that says which data source a dashboard reads: the provisioned one, or another one after an import by hand. */
interface DataSource {
  type: 'influxdb';
  uid: '${datasource}';
}

/** A query in InfluxQL as Grafana's InfluxDB data source has it in its panels: its schema is no part of the package. */
export interface InfluxTarget {
  refId: string;
  datasource: DataSource;
  rawQuery: true;
  resultFormat: 'time_series' | 'table';
  query: string;
  /** Name of each series; `$tag_NAME` and `$col` stand for a tag and the column. */
  alias?: string;
}

type FieldConfig<Custom> = Omit<Json<grafana.FieldConfig>, 'custom' | 'thresholds' | 'links'> & {
  custom?: Json<Custom>;
  /** The first step has no lower end: `null`, which the schema's type leaves out. */
  thresholds?: { mode: 'absolute'; steps: { color: string; value: number | null }[] };
};

/** What of a field is other than the defaults, for the field with this name. */
export interface FieldOverride {
  matcher: { id: 'byName' | 'byRegexp'; options: string };
  properties: { id: string; value?: unknown }[];
}

interface PanelOf<Type extends string, Options, Custom> extends Omit<
  Json<grafana.Panel>,
  'type' | 'options' | 'fieldConfig' | 'targets' | 'datasource' | 'transformations'
> {
  type: Type;
  id: number;
  title: string;
  gridPos: Json<grafana.GridPos>;
  datasource: DataSource;
  targets: InfluxTarget[];
  transformations?: { id: string; options: unknown }[];
  /** What is left out has Grafana's default. */
  options: Partial<Json<Options>>;
  fieldConfig: { defaults: FieldConfig<Custom>; overrides: FieldOverride[] };
}

/** The tables' cells have a type of their own that JSON does not need. */
type TableField = Omit<table.FieldConfig, 'cellOptions' | 'displayMode'>;
/** A table's columns; `footer` is gone in newer versions. */
type TableOptions = Omit<table.Options, 'footer'>;

export type TimeSeriesPanel = PanelOf<'timeseries', timeSeries.Options, timeSeries.FieldConfig>;
export type TrendPanel = PanelOf<'trend', trend.Options, trend.FieldConfig>;
export type StatPanel = PanelOf<'stat', stat.Options, Record<string, never>>;
export type TablePanel = PanelOf<'table', TableOptions, Partial<TableField>>;
export type TextPanel = Omit<
  PanelOf<'text', text.Options, Record<string, never>>,
  'datasource' | 'targets' | 'fieldConfig'
>;
export type RowPanel = Omit<Json<grafana.RowPanel>, 'panels'> & { type: 'row'; panels: never[] };

/** A panel that asks for data. */
export type DataPanel = TimeSeriesPanel | TrendPanel | StatPanel | TablePanel;
export type Panel = DataPanel | TextPanel | RowPanel;

export type Variable = Omit<Json<grafana.VariableModel>, 'datasource'> & { datasource?: DataSource };

/** A query for annotations as Grafana's InfluxDB data source has it. */
export interface AnnotationTarget {
  refId: string;
  query: string;
  queryType: 'tags';
  fromAnnotations: true;
  textColumn: string;
  tagsColumn: string;
  titleColumn: string;
  timeEndColumn: string;
  name: string;
  /** The four that the schema asks of each target, although only Grafana's own annotations have them. */
  limit: number;
  matchAny: boolean;
  tags: never[];
  type: string;
}

export type Annotation = Omit<Json<grafana.AnnotationQuery>, 'datasource' | 'target' | 'snapshotData'> & {
  datasource: DataSource;
  target: AnnotationTarget;
};

/** A whole dashboard, as strict as its types are: nothing may stand in it that Grafana's schema does not know. */
export type Dashboard = Omit<Json<grafana.Dashboard>, 'panels' | 'annotations' | 'templating'> & {
  panels: Panel[];
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
};
