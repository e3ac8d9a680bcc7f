import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../program.ts';
import type { Handlers } from '../program.ts';
import { completionScripts } from './scripts.ts';
import { shells } from './shells.ts';

/** What a shell gets to offer for these words, the last of which is under the cursor; without what the values are. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  let text = '';
  const output = { out: (some: string) => (text += some), err: (some: string) => (text += some) };
  await runCommandLine(['__complete', 'zsh', '--', ...words], {} as Handlers, { version: '0', output });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0] ?? '');
}

describe('what may come next', () => {
  it('is a command, one below another, or a flag of it', async () => {
    expect(await offered('ru')).toEqual(['run', 'runs']);
    expect(await offered('runs', 't')).toEqual(['tag', 'trend']);
    const flags = await offered('run', '--request-');
    expect(flags.toSorted()).toEqual(['--request-count', '--request-rate', '--request-timeout-seconds']);
  });

  it('is no flag that is there already, but for those that may be repeated', async () => {
    expect(await offered('run', '--seed', '1', '--quiet', '--qui')).toEqual([]);
    for (const flag of ['--model', '--threshold', '--regression-limit'])
      expect(await offered('run', flag, 'x', flag)).toEqual([flag]);
    expect(await offered('diff', '--limit', 'errors=1pp', '--lim')).toEqual(['--limit']);
  });

  it('is a value of the flag before it, as that command takes it', async () => {
    expect(await offered('run', 'load.yaml', '--ui', '')).toEqual(['dashboard', 'simple', 'none']);
    expect(await offered('run', '--fail-on', '')).toEqual(['invalid', 'suspect']);
    expect(await offered('diff', '--fail-on', '')).toEqual(['worse', 'cannot-tell']);
    expect(await offered('diff', '--export', '')).toEqual(['json=', 'markdown=', ':nospace']);
    expect(await offered('diff', '--group', 'm')).toEqual(['model']);
    expect(await offered('diff', '--metric', 'ttft.p9')).toEqual([
      'ttft.p90',
      'ttft.p95',
      'ttft.p99',
      'ttft.p999',
    ]);
    expect(await offered('run', '--regression-limit', 'err')).toEqual(['errors=', ':nospace']);
    expect(await offered('run', '--prices', '')).toEqual([':files']);
  });

  it.each(shells)('is asked for by the script for %s', (shell) => {
    expect(completionScripts[shell]).toContain(`tokenstorm __complete ${shell} `);
  });
});
