import { providers } from '@tokenstorm/providers';
import { describe, expect, it } from 'vitest';
import { RequestSetup, head, timeouts, whole } from '../request/__fixtures__/request-setup.ts';
import { done, finish, role, text } from '../stream/__fixtures__/chat-stream.ts';
import { rawServer } from '../wire/__fixtures__/raw-server.ts';
import { probe } from './probe.ts';

/** What a server that says this once, and then nothing more, shows. */
async function probed(said: string, limits = {}, change = {}) {
  await using server = await rawServer((socket) => void socket.write(said));
  await using setup = new RequestSetup(server.origin);
  const { client, call } = setup.job();
  const { clock } = setup;
  return await probe({ ...client, ...change }, call, { clock, timeouts: timeouts(limits) });
}

describe('probe', () => {
  it('tells the events, the texts and the times of an answer', async () => {
    const result = await probed(
      whole(role + text('Hel') + text('lo') + finish + done, 200, 'text/event-stream'),
    );
    expect(result).toMatchObject({
      statusCode: 200,
      streamed: true,
      contentEvents: 2,
      texts: { 'text-delta': 'Hello' },
      finishReason: 'stop',
      hasEnded: true,
    });
    expect(result.events).toMatchObject({ 'text-delta': 2, finish: 1 });
    const { headMs = NaN, firstByteMs = NaN, firstTokenMs = NaN, endMs } = result;
    expect([0, headMs, firstByteMs, firstTokenMs, endMs]).toEqual(
      [0, headMs, firstByteMs, firstTokenMs, endMs].toSorted((a, b) => a - b),
    );
    expect(result).not.toHaveProperty('failure');
  });

  it('has the timeouts of a run, silence in the middle of an answer too', async () => {
    const result = await probed(head() + text('a'), { idleMs: 50 });
    expect(result.failure?.kind).toBe('idle-timeout');
    expect(result.texts).toEqual({ 'text-delta': 'a' });
  });

  it('takes a timeout of more days than a timer has', async () => {
    const days = 40 * 24 * 60 * 60 * 1000;
    const result = await probed(head() + text('a'), { idleMs: 50, totalMs: days, firstTokenMs: days });
    expect(result.failure?.kind).toBe('idle-timeout');
  });

  it('makes a failed request of a fault of ours', async () => {
    const decoder = () => {
      const fails = () => {
        throw new Error('a bug in a decoder');
      };
      return { frame: fails, chunk: fails, body: fails };
    };
    const result = await probed(head() + text('a'), {}, { provider: { ...providers.openai.chat, decoder } });
    expect(result.failure).toEqual({ kind: 'generator', message: 'a bug in a decoder' });
  });
});
