import type { CallSummary } from '../metrics/snapshot.ts';
import type { ReportCall } from './report.ts';
import { groupLabels } from './series-report.ts';

/** A single request as the report shows it. */
export function reportedCall(call: CallSummary): ReportCall {
  return {
    labels: groupLabels(call.labels),
    start_ms: call.startMs,
    outcome: call.outcome,
    ttft_ms: call.ttftMs ?? null,
    e2e_ms: call.e2eMs ?? null,
    input_tokens: call.inputTokens ?? null,
    output_tokens: call.outputTokens ?? null,
    error: call.errorKind?.replaceAll('-', '_') ?? null,
    message: call.message ?? null,
  };
}
