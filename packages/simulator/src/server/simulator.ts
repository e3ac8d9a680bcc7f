import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { TruthRecord } from '../truth/truth-record.ts';
import type { TruthSummary } from '../truth/truth-summary.ts';

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** `http://127.0.0.1:8089`: without a trailing slash and without `/v1`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Totals of what was really received and sent. */
  summary(): TruthSummary;
  /** A record for each request in the order of reception, those that are not over included; empty at level `summary`. */
  records(): readonly TruthRecord[];
  /** Forgets records and totals; ordinals start at 1 again. Requests that are open are forgotten too. */
  reset(): void;
  /** From now on nothing is written for so many ms: time stands still for every answer, and goes on where it stopped. */
  freeze(durationMs: number): void;
  /** Adds or replaces models, as the option `models` does. */
  setModels(models: Readonly<Record<string, Partial<ModelBehaviour>>>): void;
  /** Closes every connection at once and the port, and completes the truth file. */
  close(): Promise<void>;
}
