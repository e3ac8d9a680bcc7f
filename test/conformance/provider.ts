import { requestErrorKinds } from '@tokenstorm/core';
import { providers } from '@tokenstorm/providers';
import type { ChatCall, Provider, ResolvedTarget, StreamEvent } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { stringsIn, withEachReplaced, withText } from '../support/json-places.ts';
import type { RecordedStream } from '../support/provider-streams.ts';

/** What a dialect brings to its conformance tests. */
export interface DialectSamples {
  /** Streams as its servers send them; at least one with a text of its own. */
  readonly streams: readonly RecordedStream[];
  /** A whole response with the text `Hello`. */
  readonly body: string;
  /** An error as its servers send it, whatever the status. */
  readonly error: string;
}

const call: ChatCall = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ],
  stream: true,
  maxTokens: 16,
  extraBody: {},
  headers: {},
};

/** Values that a server may put in any place where another was expected. */
const oddValues = [null, true, -1, 'odd', [], [null], {}, { text: 5, type: 'text' }] as const;

/** Texts whose JSON, bytes or characters are out of the ordinary, or that mean something elsewhere in a frame. */
const oddTexts = [
  ' ',
  '"',
  '\\',
  '\n\u0000\u2028',
  'é',
  '👋🏽',
  '\ud800',
  '{"a":1}',
  '[DONE]',
  'null',
  'text',
  'text_delta',
  'stop',
  'error',
  'response.completed',
  'message_stop',
  'x'.repeat(5000),
] as const;

/** What every dialect must do, as one that the worker can trust without knowing it. */
export function providerConformance(name: string, provider: Provider, samples: DialectSamples): void {
  describe(`${name}: requests`, () => {
    requestConformance(provider);
  });
  describe(`${name}: frames`, () => {
    frameConformance(provider, samples);
  });
  describe(`${name}: the short way for frames that are alike`, () => {
    shortWayConformance(provider, samples);
  });
  describe(`${name}: whole bodies and errors`, () => {
    bodyConformance(provider, samples);
  });
}

function targetOf(provider: Provider): ResolvedTarget {
  return {
    key: 'own/m',
    provider: 'own',
    type: provider.id,
    endpoint: provider.endpoint,
    model: 'model-7',
    baseUrl: 'http://127.0.0.1:8000/base',
    apiKey: 'key-9999',
    headers: {},
    query: { version: '2' },
    tls: { insecure: false },
    http2: false,
  };
}

function bodyOf(provider: Provider, change: Partial<ChatCall>): Readonly<Record<string, unknown>> {
  const { body } = provider.request({ ...call, ...change }, targetOf(provider));
  return JSON.parse(body) as Record<string, unknown>;
}

function requestConformance(provider: Provider): void {
  const target = targetOf(provider);

  it('is in the map under its own names', () => {
    expect((providers as Readonly<Record<string, object>>)[provider.id]).toHaveProperty(provider.endpoint);
  });

  it('posts JSON with the model and the messages, streamed or not', () => {
    expect(bodyOf(provider, {})).toMatchObject({ model: 'model-7', stream: true });
    expect(bodyOf(provider, { stream: false })).toMatchObject({ stream: false });
    const { method, url, body } = provider.request(call, target);
    expect(method).toBe('POST');
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:8000\/base\/v1\/[a-z/]+\?version=2$/);
    expect(body).toContain('"Hi"');
    expect(body).toContain('"Be brief."');
    expect(provider.request(call, target)).toEqual(provider.request(call, target));
    expect(provider.request(call, target).url).toBe(url);
  });

  it('has the key in one header and nowhere else, and no such header without one', () => {
    const { url, headers, body } = provider.request(call, target);
    expect(Object.values(headers).filter((value) => value.includes('key-9999'))).toHaveLength(1);
    expect(`${url.href}${body}`).not.toContain('key-9999');
    const without = provider.request(call, { ...target, apiKey: undefined }).headers;
    expect(Object.keys(headers).length - Object.keys(without).length).toBe(1);
  });

  it('lets the scenario override its headers, but not those that the client writes', () => {
    const own = { ...target, headers: { 'X-A': 'target', 'X-B': 'target', Host: 'h', Connection: 'close' } };
    const { headers } = provider.request({ ...call, headers: { 'x-b': 'call', 'Content-Type': 'a/b' } }, own);
    expect(headers).toMatchObject({ 'x-a': 'target', 'x-b': 'call', 'content-type': 'a/b' });
    expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
    expect(headers).not.toHaveProperty('host');
    expect(headers).not.toHaveProperty('connection');
  });

  it('takes extra members last; a null takes one of ours away', () => {
    const extraBody = { model: 'other', seed: 1, nothing: null };
    expect(bodyOf(provider, { extraBody })).toMatchObject(extraBody);
    expect(bodyOf(provider, { extraBody: { stream: null } })).not.toHaveProperty('stream');
    expect(extraBody).toEqual({ model: 'other', seed: 1, nothing: null });
  });
}

function frameConformance(provider: Provider, { streams }: DialectSamples): void {
  it('mean the same for who parsed them before', () => {
    for (const { payloads } of streams) {
      const [byFrame, byChunk] = [provider.decoder(), provider.decoder()];
      for (const payload of payloads.filter((text) => text.trim() !== '[DONE]')) {
        expect(byChunk.chunk(JSON.parse(payload))).toEqual(byFrame.frame(payload));
      }
    }
  });

  it('mean the same in the second response as in the first', () => {
    for (const { payloads } of streams) {
      const [first, second] = [provider.decoder(), provider.decoder()];
      expect(payloads.map((payload) => second.frame(payload))).toEqual(
        payloads.map((payload) => first.frame(payload)),
      );
    }
  });

  it('say nothing where they are blank or hold no object', () => {
    for (const payload of ['', ' ', '\t\n', 'null', '1', '"x"', '[]', '{}']) {
      expect(provider.decoder().frame(payload)).toEqual([]);
    }
    for (const value of [undefined, null, 1, 'x', [], {}])
      expect(provider.decoder().chunk(value)).toEqual([]);
  });

  it('that are no JSON are one error', () => {
    for (const { payloads } of streams) {
      const cut = payloads[0]!.slice(0, -1);
      expect(provider.decoder().frame(cut)).toMatchObject([{ type: 'error', kind: 'protocol' }]);
    }
  });

  it('of any shape give sound events, and no exception', () => {
    const parts = new Set(streams.flatMap(({ payloads }) => payloads).filter((text) => text.startsWith('{')));
    for (const part of parts) {
      for (const odd of withEachReplaced(part, oddValues)) {
        for (const event of provider.decoder().frame(odd)) expectSound(event);
        for (const event of provider.decoder().body(odd)) expectSound(event);
      }
    }
  });
}

function shortWayConformance(provider: Provider, { streams }: DialectSamples): void {
  it('a single delta is one string of its frame, verbatim', () => {
    let deltas = 0;
    for (const { payloads } of streams) {
      const decoder = provider.decoder();
      for (const payload of payloads) {
        const event = soleDelta(decoder.frame(payload));
        if (event === undefined) continue;
        expect(stringsIn(JSON.parse(payload))).toContain(event.text);
        deltas++;
      }
    }
    expect(deltas).toBeGreaterThan(5);
  });

  it('a frame with one delta means the same, and leaves the same state, whatever its text is', () => {
    for (const stream of streams) {
      const { payloads } = stream;
      const before = eventsOf(provider, payloads);
      for (const at of deltaPlaces(provider, stream)) {
        const { text: old } = soleDelta(before[at]!)!;
        for (const text of oddTexts) {
          const after = eventsOf(provider, payloads.with(at, withText(payloads[at]!, old, text)));
          expect(after[at]).toEqual([{ ...before[at]![0], text }]);
          expect(after.toSpliced(at, 1)).toEqual(before.toSpliced(at, 1));
        }
      }
    }
  });

  it('a like frame right after it need not be shown', () => {
    for (const stream of streams) {
      for (const at of deltaPlaces(provider, stream)) {
        const { payloads } = stream;
        const { text } = soleDelta(eventsOf(provider, payloads)[at]!)!;
        const like = withText(payloads[at]!, text, 'something else');
        const shown = eventsOf(provider, payloads.toSpliced(at + 1, 0, like)).toSpliced(at + 1, 1);
        expect(shown).toEqual(eventsOf(provider, payloads));
      }
    }
  });
}

function bodyConformance(provider: Provider, { body, error }: DialectSamples): void {
  it('a whole body is its own end mark', () => {
    const events = provider.decoder().body(body);
    expect(events).toContainEqual({ type: 'text-delta', text: 'Hello' });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['usage', 'finish']));
    expect(events.at(-1)).toEqual({ type: 'end' });
    expect(provider.decoder().body('')).toEqual([{ type: 'end' }]);
  });

  it('an error under status 200 is one, streamed or not', () => {
    expect(provider.decoder().frame(error)).toMatchObject([{ type: 'error' }]);
    expect(provider.decoder().body(error)).toContainEqual(expect.objectContaining({ type: 'error' }));
    expect(provider.decoder().body('<html>')).toMatchObject([{ kind: 'protocol' }, { type: 'end' }]);
  });

  it('every status has a kind', () => {
    const known = { 401: 'auth', 403: 'auth', 429: 'rate-limited', 503: 'overloaded', 529: 'overloaded' };
    for (let status = 400; status < 600; status++) {
      expect(requestErrorKinds).toContain(provider.classifyError(status, error));
    }
    for (const [status, kind] of Object.entries(known)) {
      expect(provider.classifyError(Number(status), '')).toBe(kind);
    }
  });
}

type Delta = Extract<StreamEvent, { readonly text: string }>;

function soleDelta(events: readonly StreamEvent[]): Delta | undefined {
  const [event, ...others] = events;
  return event !== undefined && 'text' in event && others.length === 0 ? event : undefined;
}

function eventsOf(provider: Provider, payloads: readonly string[]): readonly (readonly StreamEvent[])[] {
  const decoder = provider.decoder();
  return payloads.map((payload) => decoder.frame(payload));
}

/** Where the frames stand that give a single delta whose text occurs once, so that it can be changed from outside. */
function deltaPlaces(provider: Provider, { payloads }: RecordedStream): readonly number[] {
  return eventsOf(provider, payloads).flatMap((events, at) => {
    const text = soleDelta(events)?.text;
    const isSole =
      stringsIn(JSON.parse(payloads[at]!.replace('[DONE]', '0'))).filter((one) => one === text).length === 1;
    return text !== undefined && isSole ? [at] : [];
  });
}

function expectSound(event: StreamEvent): void {
  if ('text' in event) expect(event.text).not.toBe('');
  else if (event.type === 'error') expect(requestErrorKinds).toContain(event.kind);
  else if (event.type === 'usage') {
    for (const tokens of Object.values(event.usage)) expect(tokens).toBeGreaterThanOrEqual(0);
  } else expect(['finish', 'end']).toContain(event.type);
}
