import type { Prompt, Workload } from '@tokenstorm/core';
import type { ChatCall } from '@tokenstorm/providers';

/** What a workload asks with a prompt. The lower of the prompt's own limit of output tokens and the workload's counts. */
export function chatCall(
  workload: Workload,
  { messages, asked }: Prompt,
  headers: Readonly<Record<string, string>>,
): ChatCall {
  const limit = Math.min(asked?.outputTokens ?? Infinity, workload.maxTokens ?? Infinity);
  return {
    messages,
    stream: workload.stream,
    extraBody: workload.extraBody,
    headers,
    ...(limit !== Infinity && { maxTokens: limit }),
    ...(workload.temperature !== undefined && { temperature: workload.temperature }),
  };
}
