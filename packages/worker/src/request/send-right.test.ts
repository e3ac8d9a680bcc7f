import { providers } from '@tokenstorm/providers';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { until } from '../__fixtures__/run-setup.ts';
import { sdkAttempt } from '../sdk/sdk-attempt.ts';
import { sdkOf } from '../sdk/sdk-of.ts';
import { done, finish, text } from '../stream/__fixtures__/chat-stream.ts';
import { plain, post, systemClock } from '../wire/__fixtures__/exchange.ts';
import { HttpClients } from '../wire/choose-client.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { RequestSetup, whole } from './__fixtures__/request-setup.ts';

const answered = whole(text('a') + finish + done, 200, 'text/event-stream');
const busy = whole('{"error":{"message":"busy"}}', 503);

/** What a request asks before each send; the test takes the right away. */
function rightToSend() {
  const right = { isHeld: true, asked: 0 };
  const maySend = () => {
    right.asked += 1;
    return right.isHeld;
  };
  return Object.assign(right, { maySend, mayRetry: maySend });
}

describe('a request whose shard was taken away', () => {
  it('is not sent, and has no record', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin);
    const right = rightToSend();
    right.isHeld = false;
    setup.request(setup.job(right)).start();
    await until(() => setup.givenUp === 1);
    expect([server.connections.length, setup.records, setup.deadlines.size]).toEqual([0, [], 0]);
  });

  it('is not written to a connection that comes too late', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin);
    const right = rightToSend();
    setup.request(setup.job(right)).start();
    right.isHeld = false;
    await until(() => setup.givenUp === 1);
    await until(() => server.connections.every((socket) => socket.destroyed));
    expect([server.requests, setup.records, setup.deadlines.size]).toEqual([[], [], 0]);
  });

  it('is not written again where its idle connection turns out to be closed', async () => {
    const right = rightToSend();
    await using server = await rawServer((socket, { nth }) => {
      if (nth === 0) return void socket.write(answered);
      right.isHeld = false;
      socket.resetAndDestroy();
    });
    await using setup = new RequestSetup(server.origin);
    await setup.ask(setup.job(right));
    setup.request(setup.job(right)).start();
    await until(() => setup.givenUp === 1);
    expect([server.requests.length, setup.records.length]).toEqual([2, 1]);
  });

  it('that waits for a place gives it up', async () => {
    const sockets: Socket[] = [];
    await using server = await rawServer((socket) => sockets.push(socket));
    await using setup = new RequestSetup(server.origin, 1);
    const right = rightToSend();
    for (let request = 0; request < 3; request += 1) setup.request(setup.job(right)).start();
    await until(() => sockets.length === 1);
    right.isHeld = false;
    sockets[0]?.write(answered);
    // The first one's place goes to the second, which turns it down, and to the third.
    await until(() => setup.givenUp === 2);
    right.isHeld = true;
    setup.request(setup.job(right)).start();
    await until(() => sockets.length === 2);
    sockets[1]?.write(answered);
    await setup.ended(2);
    expect(setup.records.map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
  });

  it('that may be cancelled in the same moment ends once', async () => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin);
    await setup.ask();
    let isFirst = true;
    // Asked a second time right before it is written to the idle connection.
    const maySend = () => {
      const was = isFirst;
      isFirst = false;
      return was;
    };
    const request = setup.request(setup.job({ maySend }));
    request.start();
    request.cancel();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([setup.records.map(({ outcome }) => outcome), setup.givenUp]).toEqual([
      ['completed', 'cancelled'],
      0,
    ]);
  });

  it('is abandoned without a record, and its connection closed', async () => {
    await using server = await rawServer(() => {});
    await using setup = new RequestSetup(server.origin);
    const request = setup.request();
    request.start();
    await until(() => server.requests.length === 1);
    request.abandon();
    request.abandon();
    request.cancel();
    expect([setup.givenUp, setup.records, setup.deadlines.size]).toEqual([1, [], 0]);
    await until(() => server.connections.every((socket) => socket.destroyed));
  });

  it.each(['openai', 'anthropic'] as const)('is not sent by an SDK (%s)', async (vendor) => {
    await using server = await rawServer((socket) => void socket.write(answered));
    await using setup = new RequestSetup(server.origin);
    const provider = vendor === 'openai' ? providers.openai.chat : providers.anthropic.messages;
    const right = rightToSend();
    const job = setup.job(right, provider);
    const target = { ...job.client.target, endpoint: vendor === 'openai' ? 'chat' : 'messages' } as const;
    const client = { ...job.client, target, attempt: sdkAttempt(sdkOf(target, provider)) };
    setup.request({ ...job, client }).start();
    right.isHeld = false;
    await until(() => setup.givenUp === 1);
    expect([server.connections.length, setup.deadlines.size]).toEqual([0, 0]);
  });
});

describe('a failed attempt of a request whose shard was taken away', () => {
  const quick = { maxAttempts: 3, initialBackoffMs: 60_000, maxBackoffMs: 60_000 };

  it('is the last: the request has failed as it did', async () => {
    const right = rightToSend();
    await using server = await rawServer((socket) => {
      right.isHeld = false;
      socket.write(busy);
    });
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const record = await setup.ask(setup.job(right));
    expect(record).toMatchObject({ outcome: 'failed', failure: { kind: 'overloaded' } });
    expect([record.attempts.length, record.waits.retryMs]).toEqual([1, 0]);
  });

  it('is the last where another one was to follow: nobody waits for that any more', async () => {
    await using server = await rawServer((socket) => void socket.write(busy));
    await using setup = new RequestSetup(server.origin, undefined, quick);
    const right = rightToSend();
    const request = setup.request(setup.job(right));
    request.start();
    await until(() => server.requests.length === 1 && request.isWaiting);
    request.endVainWait();
    expect(setup.records).toEqual([]);
    right.isHeld = false;
    request.endVainWait();
    const [record] = setup.records;
    expect(record).toMatchObject({ outcome: 'failed', failure: { kind: 'overloaded' } });
    expect([record?.attempts.length, record?.endMs]).toEqual([1, record?.attempts[0]?.endMs]);
    request.endVainWait();
    expect([setup.records.length, setup.givenUp]).toEqual([1, 0]);
  });
});

describe('a client that is told not to write', () => {
  it.each([false, true])('writes nothing and says nothing (through a proxy: %s)', async (isProxied) => {
    await using server = await rawServer(() => {});
    const clients = new HttpClients(systemClock, isProxied ? { http_proxy: server.origin } : {});
    const client = clients.choose({ baseUrl: 'http://127.0.0.1:1', http2: false });
    const said: string[] = [];
    const observer = {
      mayWrite: () => {
        said.push('asked');
        return false;
      },
      onHead: () => void said.push('head'),
      onBody: () => void said.push('body'),
      onEnd: () => void said.push('end'),
      onFailure: () => void said.push('failure'),
    };
    client.send(post(isProxied ? 'http://model.test/v1' : server.origin), observer, plain);
    await until(() => said.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([said, server.requests]).toEqual([['asked'], []]);
    await clients.close();
  });
});
