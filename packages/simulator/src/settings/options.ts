import type { ModelBehaviour } from './behaviour.ts';
import type { FaultPlan } from './fault.ts';

/** How a simulator is started. Everything is optional. */
export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Of every latency, text and fault: each request draws from a generator seeded with this and its ordinal. Default 1. */
  readonly seed?: number;
  /** Models by name: changes to what the name means already (built-in, compact syntax) or to the default behaviour. */
  readonly models?: Readonly<Record<string, Partial<ModelBehaviour>>>;
  /** Changes for every model, whatever its name means; those of `models` go above them. */
  readonly allModels?: Partial<ModelBehaviour>;
  /** Answers every model name, not only `sim-…` and `models`. Default false: 404. */
  readonly anyModel?: boolean;
  /** Refuses requests without `authorization: Bearer <apiKey>` with 401; Anthropic's endpoint takes `x-api-key` too. */
  readonly apiKey?: string;
  /** By the ordinal of the request at this server; goes before every model's own plan and rates. */
  readonly faultPlan?: FaultPlan;
  /** Closes a connection that was idle for so long after an answer, as uvicorn does after 5,000. Default 0: never. */
  readonly keepAliveTimeoutMs?: number;
  /** `timer` (default): writes up to about 1 ms late, costs little. `spin`: exact, takes a whole core while answers are due. */
  readonly pacing?: 'timer' | 'spin';
  readonly truth?: TruthOptions;
  /** PEM texts: serves HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface TruthOptions {
  /** `full` (default): a record for each request. `summary`: only totals and quantiles, for benchmarks. */
  readonly level?: 'full' | 'summary';
  /** Finished records kept in memory; the oldest go first and are counted. Default 100,000. */
  readonly maxRecords?: number;
  /** A file to which each record is appended as a line of JSON when its request ends. */
  readonly file?: string;
}
