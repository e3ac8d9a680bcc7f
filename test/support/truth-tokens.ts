import type { Truth } from './truth.ts';

/** What the answers of a set of requests add up to. Tokens are those of the usage objects that were sent. */
export interface TruthTokens {
  readonly requests: number;
  readonly completed: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  /** Gaps between content events of a stream. */
  readonly gaps: number;
  /** Tokens after each stream's first content event. */
  readonly laterTokens: number;
}

/** Adds up what was really sent. */
export function truthTokens(truth: readonly Truth[]): TruthTokens {
  const done = truth.filter((record) => record.outcome === 'completed');
  const sum = (amount: (record: Truth) => number | undefined) =>
    done.reduce((total, record) => total + (amount(record) ?? 0), 0);
  return {
    requests: truth.length,
    completed: done.length,
    inputTokens: sum(({ token_counts }) => token_counts?.input),
    outputTokens: sum(({ token_counts }) => token_counts?.output),
    reasoningTokens: sum(({ token_counts }) => token_counts?.reasoning ?? undefined),
    cachedInputTokens: sum(({ token_counts }) => token_counts?.cached),
    cacheWriteTokens: sum(({ token_counts }) => token_counts?.cache_write),
    gaps: sum(({ stream, content_events }) => (stream ? content_events - 1 : 0)),
    laterTokens: sum(({ stream, tokens, content_tokens }) =>
      stream ? tokens - (content_tokens[0] ?? 0) : 0,
    ),
  };
}

interface Message {
  readonly content?: string | null;
  readonly reasoning_content?: string;
}

/** The Unicode code points of the answer that a model gives to a prompt, by asking it: text and reasoning. */
export async function answerLength(
  url: string,
  request: { readonly model: string; readonly prompt: string; readonly stream: boolean },
): Promise<number> {
  const { model, prompt, stream } = request;
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: prompt }] }),
  });
  const body = await response.text();
  const said = stream ? streamedMessages(body) : [messageOf(body)];
  const characters = said.map((message) => (message?.content ?? '') + (message?.reasoning_content ?? ''));
  return [...characters.join('')].length;
}

function streamedMessages(body: string): readonly (Message | undefined)[] {
  const payloads = [...body.matchAll(/^data: (\{.*\})$/gm)].map((match) => match[1] ?? '');
  return payloads.map((payload) => {
    const { choices } = JSON.parse(payload) as { choices: readonly { delta?: Message }[] };
    return choices[0]?.delta;
  });
}

function messageOf(body: string): Message | undefined {
  const { choices } = JSON.parse(body) as { choices: readonly { message?: Message }[] };
  return choices[0]?.message;
}
