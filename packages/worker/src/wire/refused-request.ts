import type { Clock } from '@tokenstorm/core';
import { errorText } from './failure.ts';
import type { ResponseObserver, WireRequest } from './wire-client.ts';

/** A request that could not even be begun, our own fault. The observer hears of it after `send` has returned. */
export function refusedRequest(error: unknown, observer: ResponseObserver, clock: Clock): WireRequest {
  const message = error instanceof Error ? errorText(error) : 'the request cannot be sent';
  let wanted = true;
  setImmediate(() => {
    if (wanted) observer.onFailure({ kind: 'generator', message }, clock.nowMs());
  });
  return {
    abort: () => void (wanted = false),
    connection: { reused: false },
    staleReconnects: 0,
    redirects: 0,
  };
}
