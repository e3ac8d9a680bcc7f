import { afterEach, describe, expect, it, vi } from 'vitest';
import { invoke } from './program.fixture.ts';

/** The commands that a help text lists, by all their words. */
async function commandsBelow(words: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { out } = await invoke([...words, '--help']);
  const [, list = ''] = /^Commands:\n((?: .*\n)+)/m.exec(out) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  return names.filter((name) => name !== 'help').map((name) => [...words, name]);
}

const top = await commandsBelow([]);
const below = await Promise.all(top.filter(([name]) => name !== 'sim').map(commandsBelow));
const all = [...top, ...below.flat()].map((words) => words.join(' '));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('help', () => {
  it('lists the commands there are', () => {
    expect(all).toEqual(
      expect.arrayContaining(['run', 'init', 'completion', 'runs', 'runs tag', 'runs trend', 'sim']),
    );
  });

  it.each(all)('of %s says what it does, and each of its examples is understood', async (name) => {
    const { exitCode, out, err } = await invoke([...name.split(' '), '--help']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const shown = [...out.matchAll(/^ {2}\$ (.*)/gm)].map(([, line = '']) => line);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.some((line) => line.includes(`tokenstorm ${name}`))).toBe(true);
    for (const line of shown) {
      stubVariables(line);
      const end = await invoke(wordsOf(line));
      expect({ line, exitCode: end.exitCode, err: end.err }).toEqual({ line, exitCode: 0, err: '' });
    }
  });
});

/** What an example sets before its command, and what it takes for set. */
function stubVariables(line: string): void {
  for (const [, name = '', value = ''] of line.matchAll(/\b([A-Z_]+)=(\S+)/g)) vi.stubEnv(name, value);
  for (const [, name = ''] of line.matchAll(/\$\{([A-Z_]+)\}/g)) vi.stubEnv(name, 'http://set.example');
}

/** The words after `tokenstorm` in a line as a shell reads it: without variables before it, and what becomes of its output. */
function wordsOf(line: string): readonly string[] {
  const command = line.replace(/^.*?\btokenstorm /, '').replace(/ (?:>>?|\|) .*| && .*|\)$/, '');
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, one = '', other = '') => `${one}${other}`),
  );
}
