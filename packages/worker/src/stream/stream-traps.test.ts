import { describe, expect, it } from 'vitest';
import {
  cuts,
  done,
  endedFacts,
  event,
  facts,
  factsOf,
  finish,
  readAll,
  role,
  text,
} from './__fixtures__/chat-stream.ts';

const hello = text('Hello') + text(' you');
const plain = role + hello + finish + done;
const plainFacts = endedFacts({ contentEvents: 2, characters: 9 });
const cutFacts = facts({ contentEvents: 2, characters: 9, failure: 'stream-truncated' });

const traps: readonly (readonly [string, string, object])[] = [
  ['a plain stream', plain, plainFacts],
  ['no space after data:', plain.replaceAll('data: ', 'data:'), plainFacts],
  ['CRLF', plain.replaceAll('\n', '\r\n'), plainFacts],
  ['CR', plain.replaceAll('\n', '\r'), plainFacts],
  [
    'comments, pings and other fields',
    `: PROCESSING\n\nid: 1\n${hello}:\n\nevent: ping\n\n${finish}${done}`,
    plainFacts,
  ],
  ['data on several lines', plain.replaceAll(',"finish', '\ndata: ,"finish'), plainFacts],
  ['a byte order mark', `\ufeff${plain}`, plainFacts],
  [
    'role-only, empty and null chunks',
    role + event({ content: null }) + hello + text('') + finish + done,
    plainFacts,
  ],
  [
    'UTF-8 of two to four bytes',
    text('é') + text('漢字') + text('😀') + finish + done,
    endedFacts({ contentEvents: 3, characters: 4 }),
  ],
  [
    'escaped characters',
    'data: {"choices":[{"delta":{"content":"\\u00e9\\ud83d\\ude00\\n"}}]}\n\n' + done,
    facts({ hasEnded: true, contentEvents: 1, characters: 3 }),
  ],
  [
    'an error under status 200',
    text('a') + 'data: {"error":{"message":"boom"}}\n\n' + done,
    facts({ contentEvents: 1, characters: 1, hasEnded: true, failure: 'stream-error' }),
  ],
  ['an error as a string', 'data: {"error":"boom"}\n\n', facts({ failure: 'stream-error' })],
  [
    'bad JSON in one event',
    `${text('Hello')}data: {"choices":[{]}\n\n${text(' you')}${finish}${done}`,
    { ...plainFacts, failure: 'protocol' },
  ],
  [
    'a raw control character',
    text('a').replace('"a"', '"a\u0007b"') + finish,
    facts({ finishReason: 'stop', failure: 'protocol' }),
  ],
  [
    'the same in a frame like the one before',
    text('a') + text('a').replace('"a"', '"a\u0007b"') + done,
    facts({ hasEnded: true, contentEvents: 1, characters: 1, failure: 'protocol' }),
  ],
  ['no finish reason and no end mark', role + hello, cutFacts],
  ['the same, cut inside an event', role + hello + text('!').slice(0, 40), cutFacts],
  ['an empty body', ': hello\n\n', facts({ failure: 'stream-truncated' })],
  ['a finish reason without an end mark', hello + finish, { ...plainFacts, hasEnded: false }],
  ['an end mark without a finish reason', hello + done, { ...plainFacts, finishReason: undefined }],
  ['no blank line after the end mark', `${hello}${finish}data: [DONE]`, plainFacts],
  ['no blank line after the finish reason', hello + finish.trimEnd(), { ...plainFacts, hasEnded: false }],
  [
    'reasoning only',
    event({ reasoning_content: 'Hm' }) + event({ reasoning: 'Well' }) + finish + done,
    endedFacts({ contentEvents: 2, reasoningEvents: 2, characters: 6 }),
  ],
  [
    'reasoning and answer in one event',
    event({ reasoning_content: 'ab', content: 'cd' }) + finish + done,
    endedFacts({ contentEvents: 1, reasoningEvents: 1, characters: 4 }),
  ],
  [
    'a tool call only',
    event({ tool_calls: [{ id: 'c1', function: { name: 'f', arguments: '' } }] }) +
      event({ tool_calls: [{ function: { arguments: '{"a":1}' } }] }) +
      event({}, { finish_reason: 'tool_calls' }) +
      done,
    endedFacts({ finishReason: 'tool-calls', contentEvents: 2, characters: 8 }),
  ],
  [
    'a tool call in one event',
    event({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }) + done,
    facts({ hasEnded: true, contentEvents: 1, characters: 3 }),
  ],
  [
    'a refusal',
    event({ refusal: 'No' }) + event({ refusal: ' way' }) + finish + done,
    endedFacts({ contentEvents: 2, characters: 6 }),
  ],
  [
    'two choices',
    text('a') + text('b', { index: 1 }) + finish + event({}, { index: 1, finish_reason: 'stop' }) + done,
    endedFacts({ contentEvents: 2, characters: 2 }),
  ],
  [
    'the limit reached',
    text('a') + event({}, { finish_reason: 'length' }) + done,
    endedFacts({ finishReason: 'length', contentEvents: 1, characters: 1 }),
  ],
  [
    'a content filter',
    text('a') + event({}, { finish_reason: 'content_filter' }) + done,
    endedFacts({
      finishReason: 'content-filter',
      contentEvents: 1,
      characters: 1,
      failure: 'content-filter',
    }),
  ],
  [
    'a content filter in one choice of two',
    event({}, { finish_reason: 'content_filter' }) + text('b', { index: 1, finish_reason: 'stop' }) + done,
    endedFacts({
      finishReason: 'content-filter',
      contentEvents: 1,
      characters: 1,
      failure: 'content-filter',
    }),
  ],
  ['nothing at all', role + finish + done, endedFacts({ failure: 'empty' })],
];

describe('traps of a chat stream, cut anywhere', () => {
  it.each(traps)('%s', (_, stream, expected) => {
    const bytes = Buffer.from(stream);
    expect(factsOf(readAll([[bytes, 1]]))).toEqual(expected);
    for (const reads of cuts(bytes)) expect(factsOf(readAll(reads))).toEqual(expected);
  });
});
