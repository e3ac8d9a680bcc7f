import type { ModelBehaviour } from '../settings/behaviour.ts';
import type { CompletionRequest } from './completion-request.ts';
import type { StreamedTokens } from './token-counts.ts';

/** The tokens `from` to `from + count - 1` of a channel: the reasoning or the answer. */
export interface TokenSpan {
  readonly from: number;
  readonly count: number;
  readonly isReasoning: boolean;
  /** The channel ends with it. */
  readonly isLast: boolean;
}

/** What an answer says, before a dialect puts it into words. */
export interface Outline {
  readonly request: CompletionRequest;
  /** Of the answer, reasoning excluded. */
  readonly tokens: number;
  /** One for each content event: the reasoning, then the answer. */
  readonly spans: readonly TokenSpan[];
  readonly finish: Finish;
}

/** Why an answer ends. `length` where the request's own limit ended it. */
export type Finish = 'stop' | 'length' | 'tool_calls';

/** The outline of the answer to a request. */
export function outlineOf(behaviour: ModelBehaviour, request: CompletionRequest): Outline {
  const tokens = answerTokens(behaviour, request);
  return {
    request,
    tokens,
    spans: spansOf(behaviour, tokens),
    finish: finishOf(behaviour, request, tokens),
  };
}

/** All tokens of a channel at once. */
export function wholeSpan(count: number, isReasoning: boolean): TokenSpan {
  return { from: 0, count, isReasoning, isLast: true };
}

/** How many tokens these spans are. */
export function streamedTokens(spans: readonly TokenSpan[]): StreamedTokens {
  const sum = (chosen: readonly TokenSpan[]) => chosen.reduce((total, { count }) => total + count, 0);
  return { all: sum(spans), reasoning: sum(spans.filter(({ isReasoning }) => isReasoning)) };
}

/** Cuts reasoning and answer into events, by the pattern of `tokensPerEvent`. */
function spansOf(behaviour: ModelBehaviour, tokens: number): TokenSpan[] {
  const pattern = [behaviour.tokensPerEvent].flat();
  const spans: TokenSpan[] = [];
  for (const isReasoning of [true, false]) {
    const total = isReasoning ? behaviour.reasoningTokens : tokens;
    for (let from = 0; from < total;) {
      const count = Math.min(total - from, pattern[spans.length % pattern.length] ?? 1);
      spans.push({ from, count, isReasoning, isLast: from + count === total });
      from += count;
    }
  }
  return spans;
}

function finishOf({ answer, maxTokens }: ModelBehaviour, request: CompletionRequest, tokens: number): Finish {
  if (answer === 'tool_call' && request.endpoint !== 'completions') return 'tool_calls';
  return maxTokens !== 'ignored' && tokens === request.maxTokens ? 'length' : 'stop';
}

/** How many answer tokens this request gets. */
export function answerTokens(behaviour: ModelBehaviour, request: CompletionRequest): number {
  if (behaviour.answer === 'none') return 0;
  if (behaviour.maxTokens === 'ignored' || request.maxTokens === null) return behaviour.tokens;
  return behaviour.maxTokens === 'exact' ? request.maxTokens : Math.min(behaviour.tokens, request.maxTokens);
}
