import type { RequestFailure } from '@tokenstorm/core';
import { errorMessage } from '@tokenstorm/providers';

/** What a fault of ours makes of a request, in one line without the target's key. */
export function generatorFailure(cause: unknown, secret: string | undefined): RequestFailure {
  const message = errorMessage(cause instanceof Error ? cause.message : String(cause), secret);
  return { kind: 'generator', message };
}
