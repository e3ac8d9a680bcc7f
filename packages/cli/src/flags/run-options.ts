import type { ParsedScenario } from '@tokenstorm/core';
import type { EndpointType } from './endpoint-type.ts';
import type { SloFlags } from './goodput.ts';
import type { ThresholdFlag } from './threshold-flag.ts';

/** What `tokenstorm run` was asked to do: every value checked, nothing defaulted that a scenario file may say. */
export interface RunOptions {
  /** Scenario file; without one the flags describe the run. */
  readonly file?: string;
  /** What the flags say about the scenario; `scenarioOverrides` turns it into changes of the file. */
  readonly scenario: ScenarioFlags;
  /** Start the simulated server and send everything to it. */
  readonly withSim: boolean;
  /** Look at the targets before the start. */
  readonly preflight: boolean;
  /** Patterns of the hosts that requests may go to; undefined: anywhere but to metadata services. */
  readonly hosts?: readonly string[];
  /** Slices of each region's schedule; undefined leaves it to the run's mode. */
  readonly shards?: number;
  /** Processes that send; `auto`: one for each core. Undefined: one. */
  readonly processes?: number | 'auto';
  /** Workers elsewhere send; undefined where this machine does. */
  readonly distributed?: RunFlagsOverRedis;
  /** The report as JSON, alone on stdout. */
  readonly json: boolean;
  /** Write a wire trace of one request. */
  readonly debug: boolean;
  /** Print the plan and send nothing. */
  readonly dryRun: boolean;
  /** Progress on stderr: a live view where it is a terminal, a line now and then, only what must be told, or nothing. */
  readonly progress: 'live' | 'lines' | 'messages' | 'none';
  /** False for `--no-color`; the environment's NO_COLOR is for the caller to look at. */
  readonly color: boolean;
  /** Where the run's snapshots are kept: this path, nowhere, or by default in the store. */
  readonly snapshotLog?: string | false;
  /** Where the audit log is, or false for none; undefined: that of the user's state folder. */
  readonly auditLog?: string | false;
  /** The lowest validity that ends in exit code 5. */
  readonly failOn: 'invalid' | 'suspect';
  /** False: a file that is there is refused, not replaced. Undefined: replaced. */
  readonly clobber?: boolean;
  /** Tell GitHub Actions of the run, or not; undefined: where the job runs there. */
  readonly github?: boolean;
  /** A file of prices, which hold where the scenario has none. */
  readonly prices?: string;
  /** Asks before a run that may cost more dollars than this, or whose cost cannot be known; `yes` is the answer given beforehand. */
  readonly confirmOver?: { readonly usd: number; readonly yes: boolean };
  /** Changes the scenario after all flags: how a command that builds on a run gets a load of its own. */
  readonly adjust?: (parsed: ParsedScenario) => ParsedScenario;
  /** A JSONL file of every request for the command itself: nobody is told of it. Only where this machine sends. */
  readonly records?: string;
}

/** How a run goes over Redis. */
export interface RunFlagsOverRedis {
  readonly redisUrl: string;
  /** Of each region, before the run starts. */
  readonly minWorkers: number;
  /** How long to wait for them. */
  readonly readyTimeoutMs: number;
  /** End with the start of the run. */
  readonly detach: boolean;
  /** Redis away for so long is gone for good. */
  readonly giveUpMs: number;
}

/** A length in tokens as a scenario file has it. */
export type TokenLawFlag =
  | number
  | { readonly mean: number; readonly stddev: number }
  | { readonly min: number; readonly max: number };

/** The section `synthetic` of a workload. */
export interface SyntheticFlags {
  readonly input_tokens: TokenLawFlag;
  readonly output_tokens?: TokenLawFlag;
  readonly shared_prefix_tokens?: number;
  readonly distinct?: number;
}

/** The part of the flags that changes the scenario. Durations are written as in a scenario file (`30s`). */
export interface ScenarioFlags {
  readonly models: readonly string[];
  /** Name of a preset, which stands for the provider's dialect, address and key. */
  readonly provider?: string;
  readonly url?: string;
  /** Path on the server, ending in that of the endpoint type, such as `/v1/chat/completions`. */
  readonly endpoint?: string;
  /** As asked, or as `endpoint` ends. */
  readonly endpointType?: EndpointType;
  /** A reference, `${NAME}`: never a key. */
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestRate?: number;
  readonly arrivalPattern?: 'constant' | 'poisson' | 'gamma';
  /** Shape of the gamma law, above 0. */
  readonly burstiness?: number;
  readonly concurrency?: number;
  /** A limit beside an open loop; otherwise the same as `concurrency`. */
  readonly maxConcurrency?: number;
  readonly requestCount?: number;
  readonly duration?: string;
  readonly warmupRequestCount?: number;
  /** What the whole run may use up. */
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly budgetRequests?: number;
  readonly warmupDuration?: string;
  readonly client?: 'wire' | 'sdk';
  readonly seed?: number;
  readonly prompt?: string;
  readonly system?: string;
  readonly inputFile?: string;
  /** Ask for answers as long as the recorded ones of the input file. */
  readonly replyLengths?: boolean;
  /** As a scenario file has it. */
  readonly synthetic?: SyntheticFlags;
  /** Length of the answers beside prompts that are not generated. */
  readonly outputTokens?: number;
  readonly cacheBust?: boolean;
  /** An encoding, or an absolute path. */
  readonly tokenizer?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly streaming?: boolean;
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly requestTimeout?: string;
  readonly slo: SloFlags;
  /** Target times of timer_score. */
  readonly scoreTargets?: { readonly first_token?: string; readonly total?: string };
  readonly thresholds: readonly ThresholdFlag[];
  /** What the run is compared with; false for nothing, whatever the file says. */
  readonly baselines?: readonly string[] | false;
  /** Limits of the comparison, as a scenario file has them: by figure. */
  readonly regressionLimits?: Readonly<Record<string, string>>;
  readonly exports: readonly ExportFlag[];
  readonly allowInvalid: boolean;
}

export interface ExportFlag {
  readonly format: string;
  readonly path: string;
  readonly origin: string;
}
