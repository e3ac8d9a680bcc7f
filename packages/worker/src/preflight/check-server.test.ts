import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { targetClient } from '../request/target-client.ts';
import { HttpClients } from '../wire/choose-client.ts';
import { systemClock } from '../wire/__fixtures__/exchange.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { checkServer } from './check-server.ts';

type Act = (socket: Socket) => void;

const key = 'a-key-of-no-shape';
const patienceMs = 300;

const reply =
  (statusCode: number, body: unknown): Act =>
  (socket) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    socket.write(`HTTP/1.1 ${statusCode} X\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
const silence: Act = () => {};
const hangUp: Act = (socket) => socket.destroy();
const models = (...names: string[]) => reply(200, { data: names.map((id) => ({ id })) });
const error = (statusCode: number, message: string) => reply(statusCode, { error: { message } });
const refused = error(400, 'messages: field required');

/** What a server does with the question for its list, for one model, without content and for a few tokens. */
interface Behaviour {
  readonly list?: Act;
  readonly one?: Act;
  readonly empty?: Act;
  readonly few?: Act;
}

async function check(behaviour: Behaviour, apiKey?: string) {
  const asked: string[] = [];
  await using server = await rawServer((socket, { text }) => {
    const [line = ''] = text.split('\r\n');
    const what = line.startsWith('GET /v1/models ')
      ? 'list'
      : line.startsWith('GET ')
        ? 'one'
        : text.endsWith('\r\n\r\n{}')
          ? 'empty'
          : 'few';
    asked.push(what);
    (behaviour[what] ?? error(404, 'Not Found'))(socket);
  });
  const target = {
    key: 'own/m',
    provider: 'own',
    type: 'openai-compatible',
    endpoint: 'chat',
    model: 'm',
    baseUrl: `${server.origin}/v1`,
    apiKey,
    headers: {},
    query: {},
    tls: { insecure: false },
    http2: false,
  } as const;
  const clients = new HttpClients(systemClock, {});
  const conceal = (text: string) => text.replaceAll(key, '[redacted]');
  const client = targetClient(target, clients.choose(target), 2000, conceal);
  const keyVariables = apiKey === undefined ? [] : ['KEY'];
  const found = await checkServer({ client, models: ['m'], headers: {}, keyVariables }, patienceMs);
  await clients.close();
  const finding = found.get('m');
  return { asked, said: finding && `${finding.kind}: ${finding.message} (${finding.hint ?? ''})` };
}

describe('checkServer', () => {
  it.each<readonly [string, Behaviour, readonly string[]]>([
    ['that lists its model', { list: models('m') }, ['list']],
    ['without a list', { empty: refused }, ['list', 'empty']],
    ['whose list is a page', { list: reply(200, '<html>'), empty: refused }, ['list', 'empty']],
    ['whose list is broken', { list: error(500, 'oops'), empty: refused }, ['list', 'empty']],
    ['that hangs up at the question for a list', { list: hangUp, empty: refused }, ['list', 'empty']],
    ['that knows an alias', { list: models('x'), one: reply(200, { id: 'm' }) }, ['list', 'one']],
    ['that takes any name', { list: models('x'), few: reply(200, {}) }, ['list', 'one', 'few']],
    [
      'that takes any name, and shows its list for any path',
      { list: models(), one: models(), few: reply(200, {}) },
      ['list', 'one', 'few'],
    ],
    ['that says 404 where no model is named', { empty: error(404, 'model "" not found') }, ['list', 'empty']],
  ])('has nothing against a server %s', async (_, behaviour, expected) => {
    const { asked, said } = await check(behaviour);
    expect({ asked, said }).toEqual({ asked: expected, said: undefined });
  });

  it.each<readonly [string, Behaviour, RegExp]>([
    ['has no such path', {}, /^problem: there is nothing at http:.*\/v1\/chat\/completions \(HTTP 404\)/],
    [
      'takes no POST',
      { empty: error(405, 'no') },
      /^problem: nothing takes requests \(HTTP 405: no\) at http/,
    ],
    [
      'is a web site',
      { list: reply(200, '<html>'), empty: reply(200, ' <html>') },
      /^problem: there is a web page/,
    ],
    [
      'wants HTTPS',
      { empty: reply(400, '<title>400 The plain HTTP request was sent to HTTPS port</title>') },
      /^problem: .* speaks HTTPS where the address says http/,
    ],
    [
      'has not the model',
      { list: models('mm'), few: error(404, 'no such model') },
      /^problem: .* has no model `m` \(HTTP 404: no such model\) \(did you mean `mm`\?\)/,
    ],
    [
      'has not the model, and lists none',
      { list: models(), few: error(400, 'unknown model') },
      /has no model .*\(the server lists no models at all\)/,
    ],
    [
      'wants a key',
      { list: error(401, 'who?') },
      /^problem: the server wants a key and none is sent \(HTTP 401: who/,
    ],
    ['hangs up', { list: hangUp, empty: hangUp }, /^problem: no answer from http:.* closed the connection/],
    ['is silent', { list: silence }, /^doubt: http:.*\/v1\/models gives no answer within 0\.3 s/],
    ['is busy', { list: error(503, 'wait'), empty: error(503, 'wait') }, /^doubt: .* answers HTTP 503: wait/],
    ['limits its list', { list: error(429, 'slow down') }, /^doubt: .* answers HTTP 429: slow down/],
  ])('says where a server %s', async (_, behaviour, expected) => {
    expect((await check(behaviour)).said).toMatch(expected);
  });

  it('asks with the key where the list is there for everybody', async () => {
    const wrong = error(401, `wrong key ${key}`);
    const { asked, said } = await check({ list: models('m'), empty: wrong }, key);
    expect(asked).toEqual(['list', 'empty']);
    expect(said).toMatch(/^problem: the server refuses the key in KEY \(HTTP 401: wrong key \[redacted\]\)/);
    const right = await check({ list: models('m'), empty: error(403, 'no model named') }, key);
    expect(right.said).toBeUndefined();
  });

  it.each([
    [`"${key}"`, 'begins or ends with a quote or a space'],
    [`${key} `, 'begins or ends with a quote or a space'],
    [`Bearer ${key}`, 'begins with Bearer'],
    [key, 'whole and not expired?'],
  ])('says what may be wrong with the key %j', async (value, hint) => {
    expect((await check({ list: error(401, 'no') }, value)).said).toContain(hint);
  });

  it('says where a key cannot be sent', async () => {
    const { said } = await check({}, `${key}\n`);
    expect(said).toMatch(
      /^problem: the request header authorization holds a line break .*environment variable/,
    );
  });
});
