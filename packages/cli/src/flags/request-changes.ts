import type { ScenarioOverride } from '@tokenstorm/core';
import { change, changeEach } from './change.ts';
import { promptChanges } from './prompt-changes.ts';
import type { ScenarioFlags } from './run-options.ts';

/** What the flags set in one workload, whatever its load profile: prompts, body, headers, timeouts, warm-up. */
export function requestChanges(
  flags: ScenarioFlags,
  path: ScenarioOverride['path'],
): readonly ScenarioOverride[] {
  return [
    ...promptChanges(flags, path),
    ...change([...path, 'max_tokens'], flags.maxTokens, '--max-tokens'),
    ...change([...path, 'temperature'], flags.temperature, '--temperature'),
    ...change(
      [...path, 'stream'],
      flags.streaming,
      flags.streaming === false ? '--no-streaming' : '--streaming',
    ),
    ...changeEach([...path, 'extra_body'], flags.extraBody, '--extra-inputs'),
    ...changeEach([...path, 'headers'], flags.headers, '--header'),
    ...change([...path, 'timeouts', 'total'], flags.requestTimeout, '--request-timeout-seconds'),
    ...change([...path, 'warmup'], flags.warmupDuration, '--warmup-duration'),
  ];
}
