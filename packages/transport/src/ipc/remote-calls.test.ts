import { EventEmitter } from 'node:events';
import { TokenstormError } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { RemoteCalls } from './remote-calls.ts';
import type { Procedures } from './remote-calls.ts';

/** Two ends that hand each other copies of what they send, as the channel between processes does. */
function channel() {
  const [near, far] = [new End(), new End()];
  near.other = far;
  far.other = near;
  return { near, far };
}

class End extends EventEmitter {
  other: EventEmitter | undefined;

  send(message: object): boolean {
    const copy = structuredClone(message);
    setImmediate(() => this.other?.emit('message', copy));
    return true;
  }
}

/** The near end calls these procedures of the far one. */
function callsTo<Remote extends Procedures>(procedures: Remote, onGone?: () => void) {
  const ends = channel();
  void new RemoteCalls(ends.far, procedures);
  return { calls: new RemoteCalls<Remote>(ends.near, {}, onGone), ...ends };
}

describe('a call', () => {
  it('brings back what the procedure returns, each its own', async () => {
    const { calls } = callsTo({
      later: async (ms: number) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return { waitedMs: ms, at: 10n };
      },
    });
    const answers = await Promise.all([20, 1, 10].map((ms) => calls.call('later', ms)));
    expect(answers).toEqual([20, 1, 10].map((waitedMs) => ({ waitedMs, at: 10n })));
  });

  it('rejects as the procedure does', async () => {
    const options = { hint: 'look again', exitCode: 97 } as const;
    const { calls } = callsTo({
      ours: async () => {
        throw new TokenstormError('E_FILE', 'not there', options);
      },
      other: async () => {
        throw new RangeError('too far');
      },
    });
    const ours = await calls.call('ours', undefined as never).catch((cause: unknown) => cause);
    expect(ours).toBeInstanceOf(TokenstormError);
    expect(ours).toMatchObject({ code: 'E_FILE', message: 'not there', ...options });
    await expect(calls.call('other', undefined as never)).rejects.toThrow('too far');
  });

  it('rejects where its argument, its answer or its name cannot be', async () => {
    const { calls } = callsTo({
      echo: async (word: unknown) => word,
      odd: async () => () => {},
    });
    await expect(calls.call('echo', () => {})).rejects.toThrow(/could not be cloned/);
    await expect(calls.call('odd', undefined as never)).rejects.toThrow(/could not be cloned/);
    await expect(calls.call('missing' as 'echo', 1)).rejects.toThrow('nothing here is called missing');
  });

  it('tells the procedure when its signal aborts, before the call or after it, and still waits for the answer', async () => {
    const { calls } = callsTo({
      untilCancelled: (word: string, signal: AbortSignal) =>
        new Promise<string>((resolve) =>
          signal.addEventListener('abort', () => resolve(`${word} ended`), { once: true }),
        ),
    });
    expect(await calls.call('untilCancelled', 'early', AbortSignal.abort())).toBe('early ended');
    const stop = new AbortController();
    const answer = calls.call('untilCancelled', 'late', stop.signal);
    setTimeout(() => stop.abort(), 5);
    expect(await answer).toBe('late ended');
  });

  it('rejects when the other end is gone, and so does every later one', async () => {
    const steps: string[] = [];
    const { calls, near } = callsTo({ never: () => new Promise<void>(() => {}) }, () => steps.push('gone'));
    const waiting = calls.call('never', undefined as never).catch(() => void steps.push('rejected'));
    near.emit('disconnect');
    await waiting;
    expect(steps).toEqual(['gone', 'rejected']);
    await expect(calls.call('never', undefined as never)).rejects.toMatchObject({ code: 'E_INTERNAL' });
  });

  it('ends where its caller is gone', async () => {
    const ended = Promise.withResolvers<void>();
    const { calls, far } = callsTo({
      untilCancelled: async (_word: string, signal: AbortSignal) => {
        signal.addEventListener('abort', () => ended.resolve());
        await ended.promise;
      },
    });
    calls.call('untilCancelled', 'x').catch(() => {});
    await new Promise(setImmediate);
    far.emit('disconnect');
    await ended.promise;
  });
});

it('other messages pass it by', async () => {
  const { calls, near } = callsTo({ echo: async (word: string) => word });
  near.emit('message', { type: 'ready' });
  near.emit('message', 'text');
  near.emit('message', null);
  near.emit('message', { ipc: 'value', id: 77, value: 1 });
  expect(await calls.call('echo', 'still there')).toBe('still there');
});
