import type { ModelBehaviour } from '@tokenstorm/simulator';
import type { DialectName } from './dialects.ts';

/** Shapes of answers by their names, each a model of the simulator. */
export type AnswerShapes = Readonly<Record<string, Partial<ModelBehaviour>>>;

/** Everything at once, without a fault: the model `sim-traps` but for its times. */
export const allTraps: Partial<ModelBehaviour> = {
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
};

/** Every shape of an answer that a client may count wrongly. */
const everywhere: AnswerShapes = {
  plain: {},
  'one token': { tokens: 1 },
  'events of 1, 3 and 2 tokens': { tokensPerEvent: [1, 3, 2] },
  'cached prompt': { promptTokens: 60, cachedPromptTokens: 48 },
  'prompt written to the cache': { promptTokens: 60, cachedPromptTokens: 20, cacheWritePromptTokens: 30 },
  reasoning: { reasoningTokens: 7 },
  'reasoning only': { reasoningTokens: 9, answer: 'none' },
  'hidden reasoning': { hiddenReasoningTokens: 100 },
  'hidden reasoning, not counted apart': { hiddenReasoningTokens: 100, reasoningInUsage: false },
  'tool call': { answer: 'tool_call' },
  'reasoning and tool call': { reasoningTokens: 5, answer: 'tool_call', tokensPerEvent: 2 },
  'early opening, pings and comments': { role: 'early', ttftMs: 12, pingMs: 3, commentEvery: 2 },
  'CRLF, no space, multi-line data': { lineEnd: 'crlf', dataSpace: false, multiLine: true, text: 'unicode' },
  'CR and escapes': { lineEnd: 'cr', text: 'escaped' },
  'writes of 23 bytes': { splitBytes: 23, splitGapMs: 0, text: 'unicode', tokens: 6 },
  'five events in one write': { eventsPerWrite: 5 },
  'all in one write': { burst: true, ttftMs: 0, itlMs: 0 },
  'content-length': { framing: 'content_length' },
  'end of the connection': { framing: 'close' },
  'pause before the end': { tailMs: 25 },
  'all traps at once': { ...allTraps, ttftMs: 40, tokens: 30 },
};

const ofEach: Readonly<Record<DialectName, AnswerShapes>> = {
  chat: {
    'token ids': { tokensPerEvent: [2, 3], tokenIds: true },
    'usage in each chunk': { tokensPerEvent: [3, 1], usage: 'each_chunk' },
    'usage never asked for': { usage: 'always' },
    'shown and hidden reasoning': {
      reasoningTokens: 5,
      reasoningField: 'reasoning',
      hiddenReasoningTokens: 31,
    },
    refusal: { answer: 'refusal' },
    'letters that hide the length': { obfuscation: true },
    'role merged, finish merged': { role: 'merged', finish: 'merged' },
    'no role, no finish reason': { role: 'none', finish: 'none' },
    'no end mark': { done: false },
  },
  responses: {
    'shown and hidden reasoning': { reasoningTokens: 5, hiddenReasoningTokens: 31 },
    'raw reasoning': { reasoningTokens: 5, reasoningText: 'raw' },
    'encrypted reasoning': { hiddenReasoningTokens: 31, redactedReasoning: true },
    refusal: { answer: 'refusal' },
    'letters that hide the length': { obfuscation: true },
  },
  messages: {
    'usage after each event': { tokensPerEvent: [3, 1], usage: 'each_chunk' },
    'input counted at the start only': { messageUsage: 'output', promptTokens: 60, cachedPromptTokens: 48 },
    'everything counted at the end': { messageUsage: 'late', promptTokens: 60, cachedPromptTokens: 48 },
    'shown and hidden reasoning': { reasoningTokens: 5, hiddenReasoningTokens: 31 },
    'redacted thinking': { hiddenReasoningTokens: 31, redactedReasoning: true },
    'redacted thinking alone': { hiddenReasoningTokens: 31, redactedReasoning: true, answer: 'none' },
    'shown and redacted thinking': {
      reasoningTokens: 4,
      hiddenReasoningTokens: 31,
      redactedReasoning: true,
      answer: 'tool_call',
    },
    'no stop reason': { finish: 'none' },
    'no end mark': { done: false },
  },
};

/** The shapes that answers of a dialect may have; none of them is a failure. */
export function answerShapes(dialect: DialectName): AnswerShapes {
  return { ...everywhere, ...ofEach[dialect] };
}

/** The shapes of all dialects together: those of one name are the same, but for what only one of them knows. */
export function allAnswerShapes(): AnswerShapes {
  return { ...everywhere, ...ofEach.messages, ...ofEach.responses, ...ofEach.chat };
}
