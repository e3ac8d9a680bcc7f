/** Distributions, in ms unless the table says otherwise. */
export type TrendName =
  | 'ttft'
  | 'ttfo'
  | 'ttfb'
  | 'e2e'
  | 'e2e_close'
  | 'tpot'
  | 'itl'
  | 'icl'
  | 'ttft_corrected'
  | 'e2e_corrected'
  | 'schedule_lag'
  | 'send_delay'
  | 'concurrency_wait'
  | 'dns'
  | 'tcp'
  | 'tls'
  | 'output_tokens_per_second';

/** Sums over requests. */
export type CounterName =
  | 'attempts'
  | 'stale_reconnects'
  | 'connections_opened'
  | 'input_tokens'
  | 'output_tokens'
  | 'reasoning_tokens'
  | 'cached_input_tokens'
  /** Output tokens that arrived inside the measured window, prorated over the request's content events. */
  | 'window_output_tokens'
  /** Requests that ended well inside the measured window. */
  | 'window_completed'
  | 'content_events'
  | 'good'
  | 'tpot_undefined'
  | 'finished_by_length'
  | 'tokens_from_provider'
  | 'tokens_estimated';
