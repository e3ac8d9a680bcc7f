import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { Webhook } from './webhook.ts';
import type { WebhookMessage } from './webhook.ts';

/** A server that answers the requests with these statuses, in turn, and keeps what they say. */
async function hook(statuses: readonly number[]) {
  const received: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      received.push(body);
      response.writeHead(statuses[received.length - 1] ?? 200).end();
      return undefined;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/secret-word`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const message = (state: WebhookMessage['state']): WebhookMessage => ({
  monitor: 'own',
  alert: 'ttft: p(95) < 2s',
  state,
  measured: 2500,
  limit: 2000,
  unit: 'ms',
  window: '5m',
  calls: 10,
  at: '2026-11-21T12:00:00.000Z',
  text: 'own: it is slow',
});

async function posted(url: string, messages: readonly WebhookMessage[]): Promise<readonly string[]> {
  const warnings: string[] = [];
  const webhook = new Webhook({ url, warn: (text) => warnings.push(text), pausesMs: [1, 1] });
  for (const one of messages) webhook.post(one);
  await webhook[Symbol.asyncDispose]();
  return warnings;
}

describe('a webhook', () => {
  it('gets each message in its order, again where it refused one', async () => {
    await using server = await hook([500, 200, 429, 503, 204]);
    const messages = [message('firing'), message('resolved')] as const;
    expect(await posted(server.url, messages)).toEqual([]);
    expect(server.received).toEqual([messages[0], messages[0], messages[1], messages[1], messages[1]]);
  });

  it('that takes nothing is a warning, which does not hold its path', async () => {
    await using server = await hook([500, 500, 500, 200]);
    const warnings = await posted(server.url, [message('firing'), message('resolved')]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^the webhook at 127\.0\.0\.1:\d+ was not told of ttft: p\(95\) < 2s \(firing\): HTTP 500$/,
      ),
    ]);
    expect(server.received).toHaveLength(4);
  });

  it('that is not there is a warning too', async () => {
    const warnings = await posted('http://127.0.0.1:1/services/secret-word', [message('firing')]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('127.0.0.1:1 was not told');
    expect(warnings[0]).not.toContain('secret-word');
  });
});
