import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listenForFaults } from './faults.ts';
import { listenForStop } from './signals.ts';

describe('listenForStop', () => {
  it('asks for a drain, then for an end now, until it is disposed', () => {
    const before = process.listenerCount('SIGINT');
    const asked: string[] = [];
    const listening = listenForStop({ drain: () => asked.push('drain'), now: () => asked.push('now') });
    const listeners = {
      SIGINT: process.listeners('SIGINT').at(-1),
      SIGTERM: process.listeners('SIGTERM').at(-1),
    };
    expect(listeners.SIGINT).toBe(listeners.SIGTERM);
    listeners.SIGINT?.('SIGINT');
    listeners.SIGTERM?.('SIGTERM');
    expect(asked).toEqual(['drain', 'now']);
    listening[Symbol.dispose]();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('listenForFaults', () => {
  it('hears what nobody caught, until it is disposed', () => {
    const emitter = new EventEmitter();
    const heard: string[] = [];
    {
      using _listening = listenForFaults((description) => heard.push(description), emitter);
      emitter.emit('uncaughtException', new RangeError('too far'));
      emitter.emit('uncaughtException', 'just a text');
    }
    expect(heard[0]).toMatch(/^RangeError: too far\n +at /);
    expect(heard[1]).toBe('just a text');
    expect(emitter.listenerCount('uncaughtException')).toBe(0);
  });
});
