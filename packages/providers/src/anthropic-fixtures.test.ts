import { describe, expect, it } from 'vitest';
import { fixtureLines, fixtureNames } from './__fixtures__/read-fixture.ts';
import { AnthropicDecoder } from './anthropic-decoder.ts';

/** Counts of the start, without the output count there, which is none of what was streamed. */
const start = 'usage 12/-/-/0/0';

const expected: Readonly<Record<string, readonly string[]>> = {
  'api-error': [start, 'error stream-error: api_error: Internal server error'],
  // 5 fresh, 41,203 read, 1,100 written.
  cache: [
    'usage 42308/-/-/41203/1100',
    'text Yes',
    'text .',
    'usage 42308/21/-/41203/1100',
    'finish stop',
    'end',
  ],
  empty: [start, 'usage 12/0/-/0/0', 'finish stop', 'end'],
  'max-tokens': ['usage 8/-/-/0/0', 'text One two three four', 'usage 8/5/-/0/0', 'finish length', 'end'],
  'no-usage': ['text a', 'text b', 'finish stop', 'end'],
  'older-usage': ['usage 25/-/-/-', 'text Hello', 'text !', 'usage 25/15/-/-', 'finish stop', 'end'],
  overloaded: [start, 'text The', 'error stream-error: overloaded_error: Overloaded'],
  'pause-turn': ['usage 10/-/-/0/0', 'text Still looking', 'usage 10/7/-/0/0', 'finish other', 'end'],
  'rate-limited': ['error stream-error: rate_limit_error: Number of requests has exceeded your rate limit.'],
  'redacted-thinking': [
    'usage 43/-/-/0/0',
    'reasoning EmwKAhgBEgy3va3pzix',
    'text No',
    'usage 43/80/-/0/0',
    'finish stop',
    'end',
  ],
  refusal: ['usage 30/-/-/0/0', 'text Hello..', 'usage 30/4/-/0/0', 'finish content-filter', 'end'],
  'server-tool': [
    'usage 2679/-/-/0/0',
    'tool web_search',
    'tool {"query": "weather"}',
    'text Sunny',
    'text .',
    'usage 10682/510/-/0/0',
    'finish stop',
    'end',
  ],
  text: [start, 'text Hello', 'text ! I', `text 'm "well" 👋🏽\n`, 'usage 12/30/-/0/0', 'finish stop', 'end'],
  thinking: [
    'usage 43/-/-/0/0',
    'reasoning Let me',
    'reasoning  see: 27',
    'text 27 *',
    'text  453 = 12231',
    'usage 43/520/495/0/0',
    'finish stop',
    'end',
  ],
  'thinking-omitted': [
    'usage 43/-/-/0/0',
    'text 12',
    'text 231',
    'usage 43/550/500/0/0',
    'finish stop',
    'end',
  ],
  'thinking-only': [
    'usage 9/-/-/0/0',
    'reasoning Hm',
    'reasoning , well',
    'usage 9/2048/-/0/0',
    'finish length',
    'end',
  ],
  'tool-input-at-once': [
    'usage 100/-/-/0/0',
    'tool add',
    'tool {"a":1,"b":[2]}',
    'usage 100/20/-/0/0',
    'finish tool-calls',
    'end',
  ],
  'tool-only': ['usage 100/-/-/0/0', 'tool now', 'usage 100/20/-/0/0', 'finish tool-calls', 'end'],
  'tool-use': [
    'usage 472/-/-/0/0',
    'text Okay',
    'tool get_weather',
    'tool {"location":',
    'tool  "Bern"}',
    'usage 472/89/-/0/0',
    'finish tool-calls',
    'end',
  ],
  truncated: [start, 'text The', 'text  end'],
  vllm: ['usage 0/-/-/-', 'text One', 'text  two', 'usage 21/3/-/-', 'finish stop', 'end', 'end'],
};

describe('messages as servers stream them', () => {
  it('has every fixture in the table', () => {
    expect(fixtureNames('anthropic')).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('%s', (name, events) => {
    expect(fixtureLines('anthropic', name, new AnthropicDecoder())).toEqual(events);
  });
});
