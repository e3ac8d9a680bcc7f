/** Columns of the CSV file, in their order; times in seconds. */
export const callColumns = [
  'timestamp',
  'connection_time',
  'time_to_first_token',
  'time_to_completion',
  'first_token_latency',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'status',
  'error_message',
] as const;

/** The columns that hold a number. */
export const callFigures = [
  'connection_time',
  'time_to_first_token',
  'time_to_completion',
  'first_token_latency',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
  'total_tokens',
] as const satisfies (typeof callColumns)[number][];

/** The name of a column that holds a number. */
export type CallFigure = (typeof callFigures)[number];

/** One call as the files have it; times in seconds, `null` for what is unknown. */
export interface Call extends Readonly<Record<CallFigure, number | null>> {
  /** Its start, ISO 8601, UTC. */
  readonly timestamp: string;
  /** `success`, `error` or `cancelled`; in files of other tools any word. */
  readonly status: string;
  readonly error_message: string | null;
}

/** Its answer came whole. */
export function succeeded({ status }: Call): boolean {
  return status === 'success';
}
