import { describe, expect, it } from 'vitest';
import { ServiceLog } from './service-log.ts';

function logged(format: 'text' | 'json', quiet: boolean): string {
  const lines: string[] = [];
  const clock = { epochMs: () => Date.UTC(2026, 10, 21, 14, 5, 6, 7) };
  const log = new ServiceLog({ format, quiet, name: 'worker w1', clock, write: (line) => lines.push(line) });
  log.info('taken', 'run r: 2 shards taken', { run: 'r', shards: 2 });
  log.warning('lost', 'Redis is away');
  return lines.join('');
}

describe('ServiceLog', () => {
  it('writes one line for each event, its time first', () => {
    expect(logged('text', false)).toBe(
      '2026-11-21T14:05:06.007Z worker w1: run r: 2 shards taken\n' +
        '2026-11-21T14:05:06.007Z worker w1: warning: Redis is away\n',
    );
  });

  it('writes JSON with the fields of the event', () => {
    const [first, second] = logged('json', false)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(first).toEqual({
      time: '2026-11-21T14:05:06.007Z',
      level: 'info',
      process: 'worker w1',
      event: 'taken',
      message: 'run r: 2 shards taken',
      run: 'r',
      shards: 2,
    });
    expect(second).toMatchObject({ level: 'warning', event: 'lost' });
  });

  it('keeps what is no trouble to itself where it is to be quiet', () => {
    expect(logged('text', true)).toBe('2026-11-21T14:05:06.007Z worker w1: warning: Redis is away\n');
  });
});
