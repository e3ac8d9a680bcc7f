import { TokenstormError, exitCodes } from '@tokenstorm/core';
import type { RunEvent } from '@tokenstorm/core';

/** What a run is told of a worker that failed. `conceal` takes the secrets from a text. */
export function workerFailure(
  workerId: string,
  cause: unknown,
  conceal: (text: string) => string,
): RunEvent & { readonly type: 'worker-failed' } {
  const type = 'worker-failed';
  if (cause instanceof TokenstormError && cause.exitCode === exitCodes.usage) {
    const { exitCode, hint } = cause;
    const message = conceal(cause.message);
    return { type, workerId, message, exitCode, ...(hint !== undefined && { hint: conceal(hint) }) };
  }
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return { type, workerId, message: conceal(text) };
}
