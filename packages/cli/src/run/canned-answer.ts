/** The bytes of one streamed response, in the two writes that it is sent in. */
export interface CannedAnswer {
  readonly first: string;
  readonly second: string;
}

const words = [
  'The',
  ' light',
  ' of',
  ' the',
  ' sun',
  ' takes',
  ' eight',
  ' minutes',
  ' to',
  ' reach',
  ' us',
  '.',
];
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

/** What a dialect says before the words, for each of them, and after them. */
interface Voice {
  readonly before: readonly string[];
  readonly word: (text: string, index: number) => string;
  readonly after: readonly string[];
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const named = (type: string, fields: object = {}) => `event: ${type}\n${data({ type, ...fields })}`;

const completion = (fields: object) =>
  data({
    id: 'chatcmpl-rehearsal',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'rehearsal',
    ...fields,
  });
const delta = (content: object, finishReason: string | null = null) =>
  completion({ choices: [{ index: 0, delta: content, finish_reason: finishReason }] });

const chat: Voice = {
  before: [delta({ role: 'assistant', content: '' })],
  word: (content) => delta({ content }),
  after: [
    delta({}, 'stop'),
    completion({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 24, total_tokens: 33 } }),
    'data: [DONE]\n\n',
  ],
};

const messages: Voice = {
  before: [
    named('message_start', { message: { type: 'message', content: [], usage: { input_tokens: 9 } } }),
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ],
  word: (text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  after: [
    named('content_block_stop', { index: 0 }),
    named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 24 } }),
    named('message_stop'),
  ],
};

const responses: Voice = {
  before: [named('response.created', { response: { status: 'in_progress' } })],
  word: (text, index) =>
    named('response.output_text.delta', { sequence_number: index, item_id: 'm', delta: text, logprobs: [] }),
  after: [
    named('response.completed', {
      response: { status: 'completed', output: [], usage: { input_tokens: 9, output_tokens: 24 } },
    }),
  ],
};

const chatAnswer = answerOf(chat);
const messagesAnswer = answerOf(messages);
const responsesAnswer = answerOf(responses);

/** An answer of 24 words in the dialect of a request's path; chat completions for a path of none. */
export function cannedAnswer(path: string): CannedAnswer {
  if (path.endsWith('/messages')) return messagesAnswer;
  return path.endsWith('/responses') ? responsesAnswer : chatAnswer;
}

function answerOf({ before, word, after }: Voice): CannedAnswer {
  const later = words.map((text, index) => word(text, words.length + index));
  return {
    first: head + [...before, ...words.map(word)].map(chunk).join(''),
    second: `${[...later, ...after].map(chunk).join('')}0\r\n\r\n`,
  };
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
