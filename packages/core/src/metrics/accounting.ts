import { TokenstormError } from '../errors.ts';
import type { Accounting } from './snapshot.ts';

/** No request at all. */
export const emptyAccounting: Accounting = {
  scheduled: 0,
  completed: 0,
  failed: 0,
  dropped: 0,
  lost: 0,
  cancelled: 0,
};

/** The sum of two accountings. */
export function addAccounting(left: Accounting, right: Accounting): Accounting {
  return {
    scheduled: left.scheduled + right.scheduled,
    completed: left.completed + right.completed,
    failed: left.failed + right.failed,
    dropped: left.dropped + right.dropped,
    lost: left.lost + right.lost,
    cancelled: left.cancelled + right.cancelled,
  };
}

/** Throws `E_ACCOUNTING` unless every scheduled request ended in exactly one way; holds for a whole run, not for a part of it. */
export function checkAccounting(accounting: Accounting): void {
  const { scheduled, completed, failed, dropped, lost, cancelled } = accounting;
  const ended = completed + failed + dropped + lost + cancelled;
  if (scheduled === ended) return;
  throw new TokenstormError(
    'E_ACCOUNTING',
    `${scheduled} requests were scheduled and ${ended} are accounted for: ` +
      `${completed} completed, ${failed} failed, ${dropped} dropped, ${lost} lost, ${cancelled} cancelled.`,
    { hint: 'This is an error in Tokenstorm; please report it.' },
  );
}
