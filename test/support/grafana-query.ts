/** What is chosen for a variable: one text, several, or `$__all`. */
export type Choice = string | readonly string[];

/** A variable of a dashboard, as far as its values need it. */
export interface ChoosableVariable {
  readonly name: string;
  readonly multi?: boolean;
  readonly allValue?: string;
}

/** What Grafana puts in place of the parts of a query that are not InfluxQL. */
export interface QueryContext {
  readonly variables: readonly ChoosableVariable[];
  readonly choices: Readonly<Record<string, Choice>>;
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
}

/**
 * A query as InfluxDB gets it from Grafana: its pages put in the variables, its server the time range and the step. Throws for
 * a variable that the dashboard does not have; what a page leaves alone, as `$tag_region`, stays.
 */
export function interpolated(query: string, context: QueryContext): string {
  const withVariables = query.replaceAll(
    /\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g,
    (found, braced?: string, format?: string, plain?: string) => {
      const name = braced ?? plain ?? '';
      if (plain !== undefined && !context.variables.some((variable) => variable.name === plain)) return found;
      return valueOf(name, format, context);
    },
  );
  return withMacros(withVariables, context);
}

/** As Grafana's server does it, one after the other: pkg/tsdb/influxdb/models/query.go. */
function withMacros(query: string, { fromMs, toMs, intervalMs }: QueryContext): string {
  return query
    .replaceAll('$timeFilter', `time >= ${fromMs}ms and time <= ${toMs}ms`)
    .replaceAll('$interval', `${intervalMs / 1000}s`)
    .replaceAll('$__interval_ms', String(intervalMs))
    .replaceAll('$__interval', `${intervalMs / 1000}s`);
}

function valueOf(name: string, format: string | undefined, { variables, choices }: QueryContext): string {
  const variable = variables.find((one) => one.name === name);
  const choice = choices[name];
  if (variable === undefined || choice === undefined)
    throw new Error(`The dashboard has no variable ${name}.`);
  const isAll = choice === '$__all' || (Array.isArray(choice) && choice[0] === '$__all');
  if (isAll) {
    // A value of one's own for "all" is put in as it is, whatever the format.
    if (variable.allValue === undefined) throw new Error(`${name} has no value for all.`);
    return variable.allValue;
  }
  const values = typeof choice === 'string' ? [choice] : choice;
  if (format === 'raw') return values.join(',');
  if (format === 'regex') return asRegex(values);
  // Without a format the data source decides by what is around it: a query had better say what it means.
  throw new Error(`\${${name}} has no format.`);
}

/** `regex` of Grafana's formats. */
function asRegex(values: readonly string[]): string {
  const escaped = values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`));
  return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
}
