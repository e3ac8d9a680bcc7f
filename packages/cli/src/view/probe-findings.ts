import type { ProbeResult } from '@tokenstorm/worker';

interface Finding {
  readonly applies: (result: ProbeResult) => boolean;
  readonly text: string;
}

/** What a measurement of this target will lack, and why. */
const findings: readonly Finding[] = [
  {
    applies: ({ streamed }) => !streamed,
    text: 'The answer came as one body: there is no time to first token and none between tokens.',
  },
  {
    applies: ({ usage }) => usage?.outputTokens === undefined,
    text: 'No output tokens are stated: they will be estimated (characters / 4), unless a tokenizer is given.',
  },
  {
    applies: ({ usage }) => usage?.outputTokens !== undefined && usage.inputTokens === undefined,
    text: 'No input tokens are stated: they will be estimated (characters / 4), unless a tokenizer is given.',
  },
  {
    applies: (result) =>
      result.streamed &&
      result.eventTokens.length === 0 &&
      streamedTokens(result) > result.contentEvents * 1.1,
    text: 'Events carry several tokens, and do not say how many: times are those between events (icl), not between tokens.',
  },
  {
    applies: ({ streamed, finishReason, hasEnded }) => streamed && finishReason === undefined && hasEnded,
    text: 'No finish reason came: answers that were cut off at the token limit cannot be told from whole ones.',
  },
  {
    applies: hidesReasoning,
    text: 'The model reasons without showing it: the reasoning is in the time to first token, and not in the time per token.',
  },
  {
    applies: ({ usage }) => usage?.uncountedReasoning === true,
    text: 'How much of the output is reasoning is not stated: it is not counted apart, and there is no time per token unless each token has an event.',
  },
];

function hidesReasoning({ usage, events }: ProbeResult): boolean {
  return (usage?.reasoningTokens ?? 0) > 0 && events['reasoning-delta'] === undefined;
}

/** As many as events where nobody can tell. */
function streamedTokens(result: ProbeResult): number {
  const { outputTokens = 0, reasoningTokens = 0, uncountedReasoning = false } = result.usage ?? {};
  if (uncountedReasoning) return result.contentEvents;
  return hidesReasoning(result) ? outputTokens - reasoningTokens : outputTokens;
}

/** Sentences about what a request lacked; none for one that failed. */
export function probeFindings(result: ProbeResult): readonly string[] {
  if (result.failure !== undefined) return [];
  return findings.filter(({ applies }) => applies(result)).map(({ text }) => text);
}
