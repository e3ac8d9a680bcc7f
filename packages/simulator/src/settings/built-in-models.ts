import type { ModelBehaviour } from './behaviour.ts';
import type { FaultRates } from './fault.ts';

/** Each fault that makes a request fail, at this share. */
export function failuresAt(ratio: number): FaultRates {
  return {
    rate_limited: ratio,
    rate_limited_bare: ratio,
    server_error: ratio,
    overloaded: ratio,
    reset_after: ratio,
    truncated: ratio,
    cut: ratio,
    stream_error: ratio,
    bad_json: ratio,
  };
}

/** What the names `sim-<key>` mean: changes to the default behaviour. */
export const builtInModels: Readonly<Record<string, Partial<ModelBehaviour>>> = {
  fast: {},
  slow: { ttftMs: 1_000, itlMs: 100 },
  /** Workload W1: 50 tokens in one write, at once. */
  burst: { ttftMs: 0, itlMs: 0, tokens: 50, burst: true },
  /** One token, at once. */
  one: { ttftMs: 0, itlMs: 0, tokens: 1, burst: true },
  /** Workload W2. */
  w2: { ttftMs: 200, itlMs: 20, tokens: 100 },
  /** Workload W3. */
  w3: { ttftMs: 100, itlMs: 5, tokens: 50 },
  /** Workload W4: 10 slots of 294 ms each, so the knee is at 34 requests a second. */
  w4: { ttftMs: 98, itlMs: 4, tokens: 50, slots: 10 },
  /** Workload W5: everything that makes a client count or time wrongly, without a fault. */
  traps: {
    role: 'early',
    commentEvery: 3,
    pingMs: 25,
    tokensPerEvent: [1, 3, 2],
    eventsPerWrite: 2,
    splitBytes: 48,
    tailMs: 100,
    text: 'unicode',
    lineEnd: 'crlf',
    dataSpace: false,
  },
  /** Workload W6: each kind of failure at 5 %. */
  faults: { faults: failuresAt(0.05) },
  reasoning: { reasoningTokens: 20 },
  reasoning_only: { reasoningTokens: 20, answer: 'none' },
  hidden: { hiddenReasoningTokens: 100 },
  /** A reasoning model as OpenAI has them: 500 tokens that nobody sees, and parameters that it does not know. */
  reasoner: {
    hiddenReasoningTokens: 500,
    tokens: 50,
    refusedParameters: ['max_tokens', 'temperature', 'top_p', 'presence_penalty', 'frequency_penalty'],
  },
  /** A model with extended thinking whose thinking is shown in part, as a summary. */
  thinker: { reasoningTokens: 20, hiddenReasoningTokens: 480, tokens: 50 },
  tool: { answer: 'tool_call' },
  refusal: { answer: 'refusal', tokens: 12 },
};
