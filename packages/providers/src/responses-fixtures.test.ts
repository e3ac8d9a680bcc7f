import { describe, expect, it } from 'vitest';
import { fixtureLines, fixtureNames } from './__fixtures__/read-fixture.ts';
import { ResponsesDecoder } from './responses-decoder.ts';

const expected: Readonly<Record<string, readonly string[]>> = {
  'content-filter': ['text Well', 'usage 8/1/0/0', 'finish content-filter', 'end'],
  'error-event': ['error stream-error: rate_limit_exceeded: Rate limit reached for requests'],
  failed: ['text Well', 'error stream-error: server_error: The model failed to generate a response.', 'end'],
  'hidden-reasoning': ['text 4', 'text 2', 'usage 20/514/512/0', 'finish stop', 'end'],
  length: ['text One two', 'text  three', 'usage 8/3/0/0', 'finish length', 'end'],
  logprobs: ['text(2) Hello there', 'text(1) !', 'usage 5/3/0/0', 'finish stop', 'end'],
  'no-usage': ['text a', 'text b', 'finish stop', 'end', 'end'],
  'not-really-streamed': [
    'text All at once',
    'tool get_weather',
    'tool {"location":"Bern"}',
    'usage 5/30/0/0',
    'finish tool-calls',
    'end',
  ],
  'reasoning-only': ['reasoning We', 'reasoning  need', 'usage 9/2/2/0', 'finish length', 'end'],
  'reasoning-summary': [
    'reasoning **Adding**',
    'reasoning  up',
    'text 4',
    'usage 20/300/290/0',
    'finish stop',
    'end',
  ],
  refusal: ["refusal I'm", 'refusal  sorry.', 'usage 50/6/0/0', 'finish stop', 'end'],
  text: ['text Hi', 'text  there', 'text ! "you"\n', 'usage 37/11/0/12/20', 'finish stop', 'end'],
  'tool-call': [
    'tool get_weather',
    'tool {"',
    'tool location',
    'tool ":"Bern"}',
    'usage 291/23/0/0',
    'finish tool-calls',
    'end',
  ],
  truncated: ['text The', 'text  end'],
};

describe('responses as servers stream them', () => {
  it('has every fixture in the table', () => {
    expect(fixtureNames('responses')).toEqual(Object.keys(expected).toSorted());
  });

  it.each(Object.entries(expected))('%s', (name, events) => {
    expect(fixtureLines('responses', name, new ResponsesDecoder())).toEqual(events);
  });
});
