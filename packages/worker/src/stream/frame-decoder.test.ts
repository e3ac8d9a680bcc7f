import * as fc from 'fast-check';
import { providers } from '@tokenstorm/providers';
import type { DeltaType, StreamDecoder } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from './frame-decoder.ts';
import type { StateEvent, StreamSink } from './stream-sink.ts';

/** Every call of a sink, in order. */
class Calls implements StreamSink {
  readonly list: unknown[] = [];

  frame(): void {
    this.list.push('frame');
  }

  delta(type: DeltaType, characters: number, tokens: number | undefined): void {
    this.list.push([type, characters, tokens]);
  }

  event(event: StateEvent): void {
    this.list.push(event);
  }

  cutOff(message: string): void {
    this.list.push(message);
  }
}

/** Counts the frames that were parsed in full. */
class Counted implements StreamDecoder {
  parsed = 0;
  readonly #decoder = providers.openai.chat.decoder();

  frame(payload: string): ReturnType<StreamDecoder['frame']> {
    this.parsed++;
    return this.#decoder.frame(payload);
  }

  chunk(value: unknown): ReturnType<StreamDecoder['chunk']> {
    return this.#decoder.chunk(value);
  }

  body(payload: string): ReturnType<StreamDecoder['body']> {
    return this.#decoder.body(payload);
  }
}

function decodeAll(frames: readonly Buffer[], decoder: StreamDecoder = new Counted()): unknown[] {
  const calls = new Calls();
  const decoding = new FrameDecoder(decoder, calls);
  for (const payload of frames) {
    const shared = Buffer.concat([Buffer.from('\n"x'), payload, Buffer.from('"}\n')]);
    decoding.frame(shared, 3, 3 + payload.length);
    shared.fill(0);
  }
  return calls.list;
}

/** The calls that a full parse of each frame gives, by code of its own. */
function parseAll(frames: readonly Buffer[]): unknown[] {
  const decoder = providers.openai.chat.decoder();
  return frames.flatMap((payload) => [
    'frame',
    ...decoder
      .frame(payload.toString())
      .map((event) => ('text' in event ? [event.type, Array.from(event.text).length, event.tokens] : event)),
  ]);
}

function frame(text: string, member = 'content', more = ''): Buffer {
  return Buffer.from(
    `{"id":"c-1","choices":[{"index":0,"delta":{"${member}":"${text}"},"finish_reason":null}]${more}}`,
  );
}

function parsedOf(frames: readonly Buffer[]): number {
  const decoder = new Counted();
  expect(decodeAll(frames, decoder)).toEqual(parseAll(frames));
  return decoder.parsed;
}

describe('the short way', () => {
  it('parses one frame of many like it', () => {
    expect(
      parsedOf(['a', 'bc', ' d', 'é', '漢字', '😀!', '\u007f', 'f'.repeat(5_000)].map((text) => frame(text))),
    ).toBe(1);
    expect(parsedOf(['漢', 'a', '😀'].map((text) => frame(text, 'reasoning_content', ',"x":"ü"')))).toBe(1);
    expect(parsedOf(['a', 'b', 'c'].map((text) => frame(text, 'content', ',"usage":null')))).toBe(1);
  });

  it('takes the tokens of the frame it learnt from', () => {
    const frames = ['a', 'b'].map((text) =>
      Buffer.from(`{"choices":[{"delta":{"content":"${text}"},"token_ids":[1,2]}]}`),
    );
    expect(decodeAll(frames)).toEqual(['frame', ['text-delta', 1, 2], 'frame', ['text-delta', 1, 2]]);
    expect(parsedOf(frames)).toBe(1);
  });

  it.each([
    ['an escape', '\\n'],
    ['a quote', 'a","b":"c'],
    ['a broken quote', 'a"b'],
    ['a control character', 'a\u0001b'],
    ['a tab', '\t'],
    ['no text', ''],
  ])('is not taken for %s', (_, text) => {
    expect(parsedOf([frame('a'), frame(text), frame('b')])).toBeGreaterThanOrEqual(2);
  });

  it('is not learnt where the text stands twice, or where it is not alone', () => {
    expect(parsedOf([frame('content'), frame('a')])).toBe(2);
    expect(parsedOf([frame('c-1'), frame('a')])).toBe(2);
    const two = frame('a', 'content', ',"usage":{"completion_tokens":1}');
    expect(parsedOf([two, two])).toBe(2);
    const escaped = frame('a', 'content', ',"x":"\\n"');
    expect(parsedOf([escaped, escaped])).toBe(2);
  });

  it('is not misled by text that looks like what is between two strings', () => {
    expect(parsedOf([frame(':'), frame('a'), frame(','), frame('b')])).toBeGreaterThanOrEqual(2);
  });

  it('is off with a consumer of the text, who gets every text', () => {
    const texts: string[] = [];
    const decoder = new Counted();
    const decoding = new FrameDecoder(decoder, new Calls(), (type, text) => texts.push(`${type} ${text}`));
    for (const text of ['a', 'b\\n', 'c']) {
      const payload = frame(text);
      expect(decoding.recognise(payload, 0, payload.length)).toBe(false);
      decoding.frame(payload, 0, payload.length);
    }
    expect(texts).toEqual(['text-delta a', 'text-delta b\n', 'text-delta c']);
    expect(decoder.parsed).toBe(3);
  });

  it('costs little where it never works, and is found again', () => {
    const numbered = Array.from({ length: 40 }, (_, index) => frame('a', 'content', `,"n":"${index}"`));
    const alike = Array.from({ length: 40 }, () => frame('b'));
    const before = parsedOf([...numbered, ...alike]);
    expect(before).toBeLessThanOrEqual(40 + 8);
    // Once found, it is learnt again at once after a frame of another kind.
    const mixed = [1, 2, 3, 4].flatMap((n) => [frame('a', 'content', `,"n":${n}`), ...alike.slice(0, 3)]);
    expect(parsedOf([...numbered, ...alike, ...mixed]) - before).toBe(8);
  });

  it('passes over a last frame that was cut, and takes one that is whole', () => {
    const whole = frame('a');
    for (let end = 1; end <= whole.length; end++) {
      const calls = new Calls();
      new FrameDecoder(providers.openai.chat.decoder(), calls).unfinishedFrame(whole, 0, end);
      expect(calls.list).toEqual(end < whole.length ? [] : ['frame', ['text-delta', 1, undefined]]);
    }
  });
});

describe('fuzzed against the full parse', () => {
  const plain = fc.constantFrom('a', ' the', 'Grüße', '漢字', '😀', ' x:y,z', '\u007f');
  const odd = fc.constantFrom(
    'content',
    'c-1',
    '"',
    '\\"',
    '\\',
    '\n',
    '\\u00e9',
    '\\ud83d',
    '\u0000',
    '\u001f',
    '',
    ':',
    '","',
    '}',
  );
  const text = fc.oneof(
    { weight: 16, arbitrary: plain },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  );
  const shape = fc.constantFrom<(value: string) => string>(
    (value) => `{"id":"c-1","choices":[{"delta":{"content":"${value}"}}]}`,
    (value) => `{"id":"c-2","choices":[{"delta":{"content":"${value}"}}]}`,
    (value) => `{"id":"c-1","choices":[{"delta":{"reasoning_content":"${value}"}}]}`,
    (value) => `{"choices":[{"delta":{"reasoning":"${value}","reasoning_content":"a"}}]}`,
    (value) => `{"choices":[{"delta":{"refusal":"${value}"}}]}`,
    (value) => `{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"${value}"}}]}}]}`,
    (value) => `{"choices":[{"delta":{"tool_calls":[{"function":{"name":"${value}","arguments":"a"}}]}}]}`,
    (value) => `{"choices":[{"delta":{"content":[{"type":"text","text":"${value}"}]}}]}`,
    (value) => `{"choices":[{"delta":{"content":"${value}"},"token_ids":[5]}]}`,
    (value) => `{"choices":[{"delta":{"content":"${value}"}},{"delta":{"content":"${value}"}}]}`,
    (value) => `{"choices":[{"delta":{"content":"a","content":"${value}"}}]}`,
    (value) => `{"choices":[{"delta":{"content":"${value}"},"finish_reason":"stop"}]}`,
    (value) => `{"choices":[{"delta":{"content":"${value}"},"finish_reason":"${value}"}]}`,
    (value) => `{"model":"Grün","choices":[{"text":"${value}"}],"usage":{"completion_tokens":2}}`,
    (value) => `{"error":"${value}","choices":[{"delta":{"content":"a"}}]}`,
    (value) => `{"${value}":"a","choices":[{"delta":{"content":"a"}}]}`,
  );
  const change = fc.record({ at: fc.nat(120), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
  const step = fc.record({
    text,
    change: fc.oneof({ weight: 10, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: change }),
  });
  /** Runs of frames of one shape, as streams are; now and then one with some bytes changed. */
  const run = fc
    .record({ shape, steps: fc.array(step, { minLength: 5, maxLength: 12 }) })
    .map(({ shape: write, steps }) => steps.map((one) => altered(Buffer.from(write(one.text)), one.change)));

  it('makes the same calls', () => {
    let frames = 0;
    let parsed = 0;
    const property = fc.property(fc.array(run, { minLength: 1, maxLength: 3 }), (runs) => {
      const decoder = new Counted();
      const stream = runs.flat();
      expect(decodeAll(stream, decoder)).toEqual(parseAll(stream));
      frames += stream.length;
      parsed += decoder.parsed;
    });
    fc.assert(property, { numRuns: 4_000 });
    // The comparison means something only where both ways were taken often.
    expect(parsed / frames).toBeGreaterThan(0.2);
    expect(parsed / frames).toBeLessThan(0.8);
    expect(frames).toBeGreaterThan(30_000);
  });
});

function altered(
  bytes: Buffer,
  change: { readonly at: number; readonly remove: number; readonly insert: Uint8Array } | null,
): Buffer {
  if (change === null) return bytes;
  const at = change.at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), change.insert, bytes.subarray(at + change.remove)]);
}
