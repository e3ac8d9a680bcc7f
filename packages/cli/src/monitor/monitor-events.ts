import { measureText, numbered, percentText } from '../view/number-text.ts';
import { plainText } from '../view/page.ts';
import type { AlertChange } from './alert.ts';
import { msText, spanText, timeOfDay } from './call-line.ts';
import { errorHint } from './error-hints.ts';
import type { OutageChange } from './outages.ts';

/** An alert that changed, in one sentence. */
export function alertText(change: AlertChange): string {
  const { rule, calls, measured, state } = change;
  const window = spanText(rule.windowMs);
  const value = measured === null ? 'no call succeeded' : measuredText(measured, change);
  return `ALERT ${state}: ${rule.name} (${value}, ${numbered(calls, 'call')} in ${window})`;
}

function measuredText(measured: number, { unit }: AlertChange): string {
  if (unit === 'ms') return msText(measured);
  return unit === 'ratio' ? percentText(measured) : `${measureText(measured)} ${unit}`;
}

/** An outage that began or ended, in sentences. */
export function outageText(change: OutageChange): string {
  const { target, call, sinceMs, atMs, failed } = change;
  if (change.kind === 'ended')
    return `${target} answers again after ${spanText(atMs - sinceMs)}: ${numbered(failed, 'call')} failed`;
  const hint = call.error === null ? undefined : errorHint(call.error);
  const what = call.error === null ? '' : `: ${call.error}, ${plainText(call.message ?? '')}`;
  return `OUTAGE of ${target} since ${timeOfDay(sinceMs)}${what}${hint === undefined ? '' : ` (${hint})`}`;
}
