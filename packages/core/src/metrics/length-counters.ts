import type { CounterDefinition } from './counter-definitions.ts';
import { checkedTokens, hasInputLengths, hasOutputLengths } from './record-lengths.ts';

/** Counters of lengths: as asked for and as delivered, by the provider and by a tokenizer of ours. */
export const lengthCounters = [
  {
    kind: 'counter',
    name: 'tokens_checked',
    unit: 'tokens',
    title: 'Output tokens by our tokenizer',
    formula: "sum of the tokenizer's counts of checked requests",
    meaning:
      'Checked are completed requests whose provider counted at least 20 streamed tokens and whose whole text could be counted too (`execution.tokenizer`; tool calls cannot, and hidden reasoning is left out).',
    amount: (record) => (checkedTokens(record) === undefined ? 0 : (record.countedOutputTokens ?? 0)),
  },
  {
    kind: 'counter',
    name: 'tokens_checked_by_provider',
    unit: 'tokens',
    title: 'Output tokens of checked requests by the provider',
    formula: "sum of the provider's counts of checked requests",
    meaning:
      'Of the same requests as `tokens_checked`: more than 10 % apart, and one of the two counts is wrong.',
    amount: (record) => checkedTokens(record) ?? 0,
  },
  {
    kind: 'counter',
    name: 'asked_input_requests',
    unit: 'requests',
    title: 'Requests with an asked prompt length',
    formula: 'completed, with an asked input length and a counted one',
    meaning: 'Counted by the provider or a tokenizer, not estimated.',
    amount: (record) => (hasInputLengths(record) ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'asked_input_tokens',
    unit: 'tokens',
    title: 'Asked input tokens',
    formula: 'sum of asked input tokens',
    meaning: 'Of `asked_input_requests`, without system message and chat template.',
    amount: (record) => (hasInputLengths(record) ? (record.asked?.inputTokens ?? 0) : 0),
  },
  {
    kind: 'counter',
    name: 'delivered_input_tokens',
    unit: 'tokens',
    title: 'Delivered input tokens',
    formula: 'sum of counted input tokens',
    meaning: 'Of `asked_input_requests`.',
    amount: (record) => (hasInputLengths(record) ? (record.usage.inputTokens ?? 0) : 0),
  },
  {
    kind: 'counter',
    name: 'asked_output_requests',
    unit: 'requests',
    title: 'Requests with an asked answer length',
    formula: 'completed, with an asked output length and a counted one',
    meaning: 'Counted by the provider or a tokenizer, not estimated.',
    amount: (record) => (hasOutputLengths(record) ? 1 : 0),
  },
  {
    kind: 'counter',
    name: 'asked_output_tokens',
    unit: 'tokens',
    title: 'Asked output tokens',
    formula: 'sum of asked output tokens',
    meaning: 'Of `asked_output_requests`; each was sent as the limit of its answer.',
    amount: (record) => (hasOutputLengths(record) ? (record.asked?.outputTokens ?? 0) : 0),
  },
  {
    kind: 'counter',
    name: 'delivered_output_tokens',
    unit: 'tokens',
    title: 'Delivered output tokens',
    formula: 'sum of counted output tokens',
    meaning: 'Of `asked_output_requests`, hidden reasoning included.',
    amount: (record) => (hasOutputLengths(record) ? (record.usage.outputTokens ?? 0) : 0),
  },
] as const satisfies readonly CounterDefinition[];
