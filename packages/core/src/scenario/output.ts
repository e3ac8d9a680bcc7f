import type { z } from 'zod';
import { isFileFormat } from '../export/file-formats.ts';
import { unknownVariables } from '../export/path-variables.ts';
import type { Parse } from './context.ts';
import type { Execution, ExportTarget, RetryPolicy } from './scenario.ts';
import { sections } from './schema.ts';
import { readTokenizer } from './tokenizer-source.ts';

/** How a run is carried out whose scenario says nothing of it. */
export const defaultExecution: Execution = {
  warmupRequests: 0,
  onInvalid: 'fail',
  onWorkerLoss: 'resume',
  client: 'wire',
  retry: { maxAttempts: 1, initialBackoffMs: 1_000, maxBackoffMs: 30_000 },
};

/** The exports of `output` that are files. */
export function readExports(parse: Parse): readonly ExportTarget[] {
  const output = parse.reading.section(sections.output, ['output']);
  return (output?.export ?? []).flatMap((target, index) => {
    if (target.format === 'influxdb') return [];
    const place = ['output', 'export', index];
    for (const key of ['url', 'database', 'retention'] as const) {
      if (target[key] === undefined) continue;
      parse.reading.report(
        [...place, key],
        `\`${key}\` does not go with the format ${target.format}`,
        undefined,
        'key',
      );
    }
    if (target.path === undefined) {
      parse.reading.report([...place, 'path'], `\`path\` is missing: ${target.format} is written to a file`);
      return [];
    }
    for (const { message, hint } of unknownVariables(target.path))
      parse.reading.report([...place, 'path'], message, hint);
    const { format, path } = target;
    return isFileFormat(format) ? [{ format, path }] : [];
  });
}

/** `execution` with its defaults. */
export function readExecution(parse: Parse): Execution {
  const { reading } = parse;
  const execution = reading.section(sections.execution, ['execution']) ?? {};
  const tokenizer = readTokenizer(parse, execution.tokenizer);
  return {
    ...(execution.max_concurrency === undefined ? {} : { maxConcurrency: execution.max_concurrency }),
    warmupRequests: execution.warmup_requests ?? defaultExecution.warmupRequests,
    onInvalid: execution.on_invalid ?? defaultExecution.onInvalid,
    onWorkerLoss: execution.on_worker_loss ?? defaultExecution.onWorkerLoss,
    client: execution.client ?? defaultExecution.client,
    retry: readRetry(reading, execution.retry),
    ...(tokenizer === undefined ? {} : { tokenizer }),
  };
}

function readRetry(
  reading: Parse['reading'],
  retry: z.output<typeof sections.execution>['retry'] = {},
): RetryPolicy {
  const defaults = defaultExecution.retry;
  const policy = {
    maxAttempts: retry.max_attempts ?? defaults.maxAttempts,
    initialBackoffMs: retry.initial_backoff_ms ?? defaults.initialBackoffMs,
    maxBackoffMs: retry.max_backoff_ms ?? defaults.maxBackoffMs,
  };
  if (policy.initialBackoffMs > policy.maxBackoffMs) {
    const told = (key: 'initial_backoff_ms' | 'max_backoff_ms', value: number) =>
      `\`${key}\` (${value}${retry[key] === undefined ? ', its default' : ''})`;
    const set = retry.initial_backoff_ms === undefined ? 'max_backoff_ms' : 'initial_backoff_ms';
    reading.report(
      ['execution', 'retry', set],
      `${told('initial_backoff_ms', policy.initialBackoffMs)} is above ${told('max_backoff_ms', policy.maxBackoffMs)}`,
    );
  }
  return policy;
}
