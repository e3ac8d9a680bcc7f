import { describe, expect, it } from 'vitest';
import { exportPath } from './export-path.ts';

const run = { id: '20261121-091530-k3v9qd', name: 'chat-steady' };

describe('exportPath', () => {
  it('fills in the name, the start and the run, wherever and however often they stand', () => {
    expect(exportPath('out/{name}/{timestamp}-{run}.{name}.json', run)).toBe(
      'out/chat-steady/20261121-091530-20261121-091530-k3v9qd.chat-steady.json',
    );
  });

  it('takes the start of a run whose id does not tell it from its report', () => {
    const other = { id: 'other', name: 'x', started_at: '2026-11-21T09:15:31.123Z' };
    expect(exportPath('{timestamp}', other)).toBe('20261121-091531');
  });

  it('leaves everything else as it is', () => {
    expect(exportPath('a {b} $& {Name}.json', run)).toBe('a {b} $& {Name}.json');
  });

  it.each([
    ['../../etc/passwd', '..-..-etc-passwd'],
    ['a b\tc', 'a-b-c'],
    ['Ünïcode 模型.v2', 'Ünïcode-模型.v2'],
    ["it's $& $1", 'it-s-1'],
  ])('lets the name %s make no folders', (name, safe) => {
    expect(exportPath('{name}', { ...run, name })).toBe(safe);
  });
});
