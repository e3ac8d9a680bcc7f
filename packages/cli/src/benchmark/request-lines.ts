import { callColumns } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import { tierOf } from './benchmark-call.ts';
import type { BenchmarkCall } from './benchmark-call.ts';
import { instanceOf } from './benchmark-load.ts';
import { benchmarkPrompts } from './prompts.ts';

/** A line of a per-request file, as far as it is needed here. */
interface RequestLine extends Call {
  readonly scenario: string;
  readonly phase: string;
  readonly arrival_index: number;
}

/** The call that a line of a per-request JSONL file tells of; undefined for one of the warm-up. */
export function callOfLine(line: string): BenchmarkCall | undefined {
  const request = JSON.parse(line) as RequestLine;
  if (request.phase !== 'main') return undefined;
  const columns = Object.fromEntries(callColumns.map((name) => [name, request[name]])) as unknown as Call;
  const prompt = benchmarkPrompts[request.arrival_index % benchmarkPrompts.length];
  return {
    ...columns,
    label: prompt?.label ?? '',
    instance: instanceOf(request.scenario),
    tier: tierOf(columns),
  };
}
