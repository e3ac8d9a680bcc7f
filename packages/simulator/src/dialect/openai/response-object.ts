import type { Outline } from '../../answer/outline.ts';
import type { TruthUsage } from '../../truth/truth-usage.ts';
import { idHole } from '../../wire/frame.ts';
import { errorUnder200 } from './openai.ts';

/** How a response stands. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly unknown[];
  readonly usage: TruthUsage | null;
}

const createdSeconds = Math.floor(Date.now() / 1_000);

/** The response object in this state, with every field that the API writes. */
export function responseObject(model: string, { request }: Outline, state: ResponseState): object {
  const { status, output, usage } = state;
  const isFailed = status === 'failed';
  return {
    id: `resp_${idHole}`,
    object: 'response',
    created_at: createdSeconds,
    status,
    background: false,
    error: isFailed ? { code: errorUnder200.code, message: errorUnder200.message } : null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    max_output_tokens: request.maxTokens,
    max_tool_calls: null,
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage,
    user: null,
    metadata: {},
  };
}
