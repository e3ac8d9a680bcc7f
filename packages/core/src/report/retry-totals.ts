import type { SeriesFigures } from '../metrics/series-totals.ts';
import type { RetryTotals } from './report.ts';
import { snakeCaseKeys } from './snake-case.ts';

/** How often the requests of these figures were tried. */
export function retryTotals({ counters, attemptErrors }: SeriesFigures): RetryTotals {
  const { attempts = 0, retries = 0, retried_requests = 0, stale_reconnects = 0 } = counters;
  const sentRequests = attempts - retries;
  return {
    attempts,
    retried_requests,
    amplification: sentRequests === 0 ? null : attempts / sentRequests,
    stale_reconnects,
    failed_attempts: snakeCaseKeys(attemptErrors),
  };
}
