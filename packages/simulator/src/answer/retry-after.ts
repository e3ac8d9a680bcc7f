import type { RetryAfterForm } from '../settings/behaviour.ts';

/**
 * The header lines that ask a client to wait for so long. Seconds and dates are rounded up, so that who keeps to them is
 * never too early. Empty for `none`, and where no wait helps (Infinity).
 */
export function retryAfterHeaders(waitMs: number, form: RetryAfterForm): string[] {
  if (form === 'none' || waitMs === Infinity) return [];
  const inMs = `retry-after-ms: ${Math.ceil(waitMs)}`;
  const inSeconds = `retry-after: ${Math.ceil(waitMs / 1_000)}`;
  if (form === 'seconds') return [inSeconds];
  if (form === 'date') return [`retry-after: ${dateAfter(waitMs)}`];
  return form === 'ms' ? [inMs] : [inMs, inSeconds];
}

/** HTTP dates have whole seconds. */
function dateAfter(waitMs: number): string {
  return new Date(Math.ceil((Date.now() + waitMs) / 1_000) * 1_000).toUTCString();
}
