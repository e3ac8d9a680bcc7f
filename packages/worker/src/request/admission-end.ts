import type { RequestErrorKind } from '@tokenstorm/core';
import type { AdmissionEnd } from '../admission/admission.ts';
import type { AttemptResult } from './attempt-run.ts';

/** Failures before anything was written to a connection. */
const beforeSending: ReadonlySet<RequestErrorKind> = new Set(['connect', 'connect-timeout', 'tls']);
/** Refusals for which no server does any work; inside a response that had begun they come too late for that. */
const withoutWork: ReadonlySet<RequestErrorKind> = new Set([
  'rate-limited',
  'overloaded',
  'auth',
  'client-error',
]);

/** What admission is told of an attempt that is over. */
export function admissionEnd(result: AttemptResult): AdmissionEnd {
  const { endMs, timeline, headers, failure } = result;
  const noWork = noWorkOf(result);
  return {
    atMs: endMs,
    ending: failure === undefined ? 'answered' : failure.kind === 'rate-limited' ? 'refused' : 'cut',
    ...(noWork !== undefined && { noWork }),
    isWhole: failure === undefined || timeline?.finishReason !== undefined || timeline?.hasEnded === true,
    usage: timeline?.usage,
    headers,
  };
}

/** The same of one that was given up: what it might still have become nobody knows. */
export function cutAdmissionEnd({ endMs, timeline, headers }: AttemptResult): AdmissionEnd {
  return { atMs: endMs, ending: 'cut', usage: timeline?.usage, headers };
}

function noWorkOf({ failure, isGivenUp, staleReconnects, timeline }: AttemptResult): AdmissionEnd['noWork'] {
  if (isGivenUp === true) return staleReconnects === 0 ? 'unsent' : undefined;
  if (failure === undefined || timeline !== undefined) return undefined;
  if (beforeSending.has(failure.kind)) return staleReconnects === 0 ? 'unsent' : undefined;
  return withoutWork.has(failure.kind) ? 'refused' : undefined;
}
