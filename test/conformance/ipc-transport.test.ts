import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ipcTransport } from '@tokenstorm/transport';
import type { Transport } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { budgetConformance } from './budget.ts';
import { limiterConformance } from './rate-limiter.ts';
import { sharedByAll, transportConformance } from './transport.ts';

const entry = fileURLToPath(new URL('transport-process.ts', import.meta.url));

/** The proxy of a transport that a process of its own holds; disposing ends that process. */
async function open(): Promise<Transport & { readonly pid: number }> {
  const child = fork(entry, { serialization: 'advanced', execArgv: ['--conditions=source'] });
  const transport = await ipcTransport(child);
  return {
    ...transport,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      await transport[Symbol.asyncDispose]();
      if (!child.connected) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

transportConformance('over IPC', async () => sharedByAll(await open()), { keepsSums: false });

describe('over IPC: rate limiter', () => {
  limiterConformance(open);
});

describe('over IPC: budget', () => {
  budgetConformance(async () => sharedByAll(await open()));
});

describe('over IPC: the processes', () => {
  it('have one wall clock', async () => {
    await using transport = await open();
    // The other process has its clock from the system, which does not go by more than this beside ours.
    expect(Math.abs(transport.clock.epochMs() - Date.now())).toBeLessThan(5);
  });

  it('know when the other one is gone: nothing waits for it', async () => {
    await using transport = await open();
    const { signal } = new AbortController();
    const reading = transport.events('run1').read({ signal })[Symbol.asyncIterator]();
    const waiting = reading.next();
    process.kill(transport.pid, 'SIGKILL');
    await expect(waiting).rejects.toMatchObject({ code: 'E_INTERNAL', message: /is gone/ });
    await expect(transport.datasets.get('abc')).rejects.toThrow(/is gone/);
  });
});
