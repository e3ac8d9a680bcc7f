import type { Regression } from '../compare/regression-report.ts';
import type { ModelPrice } from '../cost/price.ts';
import type { FileFormat } from '../export/file-formats.ts';
import type { LoadProfile } from '../load/load-profile.ts';
import type { DatasetFormat } from '../prompts/dataset.ts';
import type { DatasetUse } from './dataset-use.ts';

/**
 * A scenario file after parsing: every default filled in, every reference checked, JSON-serialisable. Secrets are
 * not in it: `${NAME}` in `apiKey`, `headers`, `query` and `baseUrl` is resolved by the worker from its own environment.
 */
export interface Scenario {
  readonly name: string;
  /** Seeds every random choice of the run: the same seed gives the same schedule and prompts. */
  readonly seed: number;
  /** At least one; the weights sum to 1. */
  readonly regions: readonly Region[];
  readonly targets: readonly Target[];
  readonly workloads: readonly Workload[];
  readonly execution: Execution;
  /** Token buckets; at most one entry for each provider. */
  readonly limits: readonly ProviderLimits[];
  /** What the whole run may use up; absent where nothing bounds it. */
  readonly budget?: RunBudget;
  /** What timer_score is counted against; absent where the scenario has no `targets`. */
  readonly scoreTargets?: ScoreTargets;
  readonly thresholds: readonly ThresholdSource[];
  /** What the run is compared with at its end. */
  readonly regression?: Regression;
  readonly exports: readonly ExportTarget[];
  /** The InfluxDB that its windows are written to as it goes. */
  readonly influx?: InfluxExport;
}

export interface Region {
  readonly name: string;
  /** Share of the load, 0..1. */
  readonly weight: number;
}

/** Dialects that can be named in a scenario. */
export type ProviderId = 'openai' | 'openai-compatible' | 'anthropic' | 'glm';

/** APIs of a provider. `chat` and `responses` are OpenAI's, `messages` is Anthropic's. */
export type Endpoint = 'chat' | 'responses' | 'messages';

/** One model of one provider: what a request is sent to. */
export interface Target {
  /** `provider/model`, unique in a scenario. */
  readonly key: string;
  /** The provider's name in the file: the label in reports. */
  readonly provider: string;
  readonly type: ProviderId;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** With or without a trailing `/v1`; by region name where the file gives one for each. May hold `${NAME}`. */
  readonly baseUrl: string | Readonly<Record<string, string>>;
  /** A reference such as `${OPENAI_API_KEY}`, never the key itself. */
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
  /** HTTP/2 is spoken only where it is asked for. */
  readonly http2: boolean;
  /** What its tokens cost; absent where nobody says. */
  readonly price?: ModelPrice;
}

export interface TlsSettings {
  /** True turns certificate checks off; the report says so. */
  readonly insecure: boolean;
  /** PEM text of extra certificate authorities. */
  readonly ca?: string;
}

/** One entry of `workload.scenarios`: a load profile with the requests it sends, to each of its targets in full. */
export interface Workload {
  readonly name: string;
  /** Keys of the targets. */
  readonly targets: readonly string[];
  readonly load: LoadProfile;
  /** Delay from the run's start. */
  readonly startAfterMs: number;
  /** Requests whose intended start lies in the first `warmupMs` of the workload have phase `warmup`, outside the totals. */
  readonly warmupMs: number;
  /** How long requests may run on after the last start; then they are cancelled. */
  readonly gracefulStopMs: number;
  readonly prompts: PromptSource;
  /** Puts a text of its own before each prompt, so that no prompt cache of the server can help. */
  readonly cacheBust: boolean;
  readonly stream: boolean;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly slo: Slo;
  readonly timeouts: Timeouts;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Where a workload's prompts come from: the same messages each time, or a row of a data set put into a template. */
export type PromptSource =
  | { readonly kind: 'messages'; readonly messages: readonly ChatMessage[] }
  | SyntheticPrompts
  | DatasetPrompts
  | WorkerFilePrompts;

/** The rows of a data set, in turn. */
export interface DatasetPrompts {
  readonly kind: 'dataset';
  /** Id of the data set: the SHA-256 of its file and its format. */
  readonly dataset: string;
  /** Messages whose contents may hold `{{column}}`; absent where the rows carry `messages` themselves. */
  readonly template?: readonly ChatMessage[];
  /** Put before the rows' own messages, with `{{column}}` filled in; absent beside a template, which holds it. */
  readonly system?: ChatMessage;
  /** Asks for answers as long as the rows say; absent leaves it to `maxTokens`. */
  readonly outputTokens?: 'from-dataset';
}

/** The rows of a file that each worker has: it makes `DatasetPrompts` of them when it reads it. */
export interface WorkerFilePrompts extends DatasetUse {
  readonly kind: 'worker-file';
  /** Absolute. */
  readonly path: string;
  readonly format: DatasetFormat;
  /** What the file must have, in hexadecimal; absent where it is enough that all workers have the same. */
  readonly sha256?: string;
}

/**
 * Generated prompts of a given length. The seed, the workload, the region and the arrival's index decide each; what makes
 * unique ones different from all others follows the run and the target as well.
 */
export interface SyntheticPrompts {
  readonly kind: 'synthetic';
  /** Tokens of a prompt, the shared prefix and what makes it different included, which are its least length. */
  readonly inputTokens: TokenLaw;
  /** Asked for as the limit of output tokens, request by request; absent leaves it to `maxTokens`. */
  readonly outputTokens?: TokenLaw;
  /** Tokens that all prompts start with; 0 for none. */
  readonly sharedPrefixTokens: number;
  /** Absent: no two prompts are equal. A number: so many different ones, used in turn. */
  readonly distinct?: number;
  /** System message put before it; its tokens come on top. */
  readonly system?: string;
}

/** A law of whole numbers of tokens; what it draws is rounded and at least 1. */
export type TokenLaw =
  | { readonly kind: 'fixed'; readonly tokens: number }
  /** Both ends included. */
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly stddev: number }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number };

/** A data set's rows in file order. A row maps a column to its text; a JSONL row may carry whole `messages`. */
export interface Dataset {
  readonly id: string;
  readonly path: string;
  readonly rows: readonly DatasetRow[];
}

export interface DatasetRow {
  readonly columns: Readonly<Record<string, string>>;
  readonly messages?: readonly ChatMessage[];
  /** Length of the answer that goes with it: as the row says, or characters / 4 of a recorded answer. */
  readonly outputTokens?: number;
}

/** Limits in milliseconds that one request must keep to count as good; an absent one is always kept. */
export interface Slo {
  readonly ttftMs?: number;
  readonly tpotMs?: number;
  readonly e2eMs?: number;
}

/** Milliseconds until a request is given up: to connect, to its first content, between two reads, in all. */
export interface Timeouts {
  readonly connectMs: number;
  readonly firstTokenMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface Execution {
  /** Run-wide gate: requests beyond it wait, and the wait is recorded. */
  readonly maxConcurrency?: number;
  /** Requests per target before the start, phase `warmup`, outside the accounting. */
  readonly warmupRequests: number;
  /** What an `invalid` measurement does to the exit code. */
  readonly onInvalid: 'fail' | 'warn';
  /** What the loss of a worker does: its shards go on elsewhere and the report says what is lost, or the run ends. */
  readonly onWorkerLoss: 'resume' | 'fail';
  /** Our own client on sockets, or the vendors' SDKs. */
  readonly client: 'wire' | 'sdk';
  readonly retry: RetryPolicy;
  /** Counts tokens offline; absent where only the provider's own counts are taken. */
  readonly tokenizer?: TokenizerSource;
}

/** Retries of failed requests: exponential backoff with full jitter, never after the first content. */
export interface RetryPolicy {
  /** The first one included; 1 is no retry. */
  readonly maxAttempts: number;
  /** Upper end of the wait before the second attempt; it doubles with each further one. */
  readonly initialBackoffMs: number;
  /** Upper end that no wait's backoff passes; a longer Retry-After is kept all the same. */
  readonly maxBackoffMs: number;
}

/** A tokenizer: an encoding of OpenAI's by name, or a Hugging Face `tokenizer.json` by its path. */
export type TokenizerSource =
  | { readonly kind: 'encoding'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string };

/** Token buckets of one provider, over all its models and the whole run. What is absent is not limited. Per minute. */
export interface ProviderLimits {
  /** The provider's name in the file. */
  readonly provider: string;
  readonly requestsPerMinute?: number;
  /** Input and output together. */
  readonly tokensPerMinute?: number;
  readonly inputTokensPerMinute?: number;
  readonly outputTokensPerMinute?: number;
  /** A bucket holds so many seconds of its rate, or one request's reservation where that is more. */
  readonly burstSeconds: number;
}

/** What a run may use up, by all its workers and with all attempts of all its requests, those of the warm-up included. At least one. */
export interface RunBudget {
  /** Every target has a price then. */
  readonly usd?: number;
  /** Input and output together. */
  readonly tokens?: number;
  readonly requests?: number;
  /** What happens to requests under way once it is used up: they may finish, or are cancelled. None begins after it. */
  readonly onExhausted: 'drain' | 'stop';
}

/** Target times of timer_score, each above 0; at least one. */
export interface ScoreTargets {
  readonly firstTokenMs?: number;
  readonly totalMs?: number;
}

/** One threshold as written, with the place it was written at. */
export interface ThresholdSource {
  /** Metric name, with an optional tag filter: `ttft`, `errors{provider:openai}`. */
  readonly metric: string;
  /** `p(95) < 800ms`, `rate < 1%`, … */
  readonly expression: string;
  /** Evaluated over the last so many milliseconds instead of the whole run. */
  readonly windowMs?: number;
  readonly abortOnFail: boolean;
  readonly delayAbortEvalMs: number;
}

/** Where windows are written, as far as the scenario says. */
export interface InfluxExport {
  /** May hold `${NAME}`, which whoever folds the run resolves; a password is never written out in it. */
  readonly url?: string;
  readonly database?: string;
  /** In whole seconds, at least an hour: `2592000s`. */
  readonly retention?: string;
}

export interface ExportTarget {
  readonly format: FileFormat;
  /** May hold `{name}`, `{timestamp}` and `{run}`; `-` is standard output. */
  readonly path: string;
}
