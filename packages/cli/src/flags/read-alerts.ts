import {
  TokenstormError,
  missingNames,
  parseThreshold as checkThreshold,
  resolveReferences,
} from '@tokenstorm/core';
import type { Environment } from '@tokenstorm/core';
import { callMetrics } from '../monitor/monitored-call.ts';
import { defined } from './defined.ts';
import type { FlagValues } from './flag-values.ts';
import { durationMs, textOr } from './service-options.ts';
import { parseThreshold } from './threshold-flag.ts';

/** What must hold, as a threshold. */
export interface AlertFlag {
  readonly metric: string;
  readonly expression: string;
}

/** What a monitor is to raise alerts for, and whom to tell. */
export interface AlertOptions {
  readonly alerts: readonly AlertFlag[];
  readonly alertWindowMs: number;
  readonly alertLeastCalls: number;
  /** With the secrets that may be in it. */
  readonly webhook?: string;
  readonly exitOnAlert: boolean;
}

const window = { min: 1000, max: 24 * 3_600_000 };
const defaults = { windowMs: 300_000, leastCalls: 3 };

/** The alerts that the flags ask for; each problem is noted. */
export function readAlerts(values: FlagValues, environment: Environment): AlertOptions {
  const alerts = values.all('--alert').flatMap((text) => readAlert(text, values) ?? []);
  for (const name of ['--webhook', '--exit-on-alert', '--alert-window', '--alert-min-calls'] as const)
    if (values.isGiven(name) && !values.isGiven('--alert')) values.problem(`${name} needs --alert`);
  return {
    alerts,
    alertWindowMs: durationMs(values, '--alert-window', window) ?? defaults.windowMs,
    alertLeastCalls: values.number('--alert-min-calls', { min: 1, integer: true }) ?? defaults.leastCalls,
    exitOnAlert: values.switchValue('--exit-on-alert') === true,
    ...defined({ webhook: readWebhook(values, environment) }),
  };
}

function readAlert(text: string, values: FlagValues): AlertFlag | undefined {
  const threshold = parseThreshold(text);
  if (threshold === undefined)
    return values.problem(`--alert ${text}: expected metric: condition, such as 'ttft: p(95) < 2s'`);
  const { metric, expression } = threshold;
  try {
    const { definition } = checkThreshold(metric, expression);
    if (definition.kind === 'trend' && !callMetrics.includes(definition.name))
      return values.problem(`--alert ${text}: single gaps between tokens are not kept; use tpot`);
    return { metric, expression };
  } catch (cause) {
    if (!(cause instanceof TokenstormError)) throw cause;
    return values.problem(`--alert ${text}: ${cause.message} ${cause.hint ?? ''}`.trim());
  }
}

/** Not repeated in messages: all of it may be a secret. */
function readWebhook(values: FlagValues, environment: Environment): string | undefined {
  const variable = values.all('--alert').length > 0 ? environment['TOKENSTORM_WEBHOOK_URL'] : undefined;
  const text = textOr(values, '--webhook', variable);
  if (text === undefined) return undefined;
  const missing = missingNames(text, environment);
  if (missing.length > 0) return values.problem(`--webhook: ${missing.join(', ')} is not set`);
  const url = resolveReferences(text, environment);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  return values.problem('--webhook: expected an http or https URL');
}
