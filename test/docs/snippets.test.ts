import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XMLValidator } from 'fast-xml-parser';
import { parseScenario, scenarioJsonSchema } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { blocksOf, documents } from '../support/docs/blocks.ts';
import type { Block } from '../support/docs/blocks.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const top = fileURLToPath(new URL('../../', import.meta.url));
const blocks = documents.flatMap(blocksOf);
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe('the snippets of the documents', () => {
  it.each(inLanguage('yaml').filter(isOfScenario))(
    '$file:$line is what a scenario file takes',
    ({ text }) => {
      const context = {
        env: { INFLUX_URL: 'http://127.0.0.1:8086' },
        checksWorkerEnvironment: false,
        // Whatever they name is there, and a baseline has been made.
        readText: () => '{"question":"Why is the sky blue?","prompt":"Why?"}\n',
        hash: () => /sha256: (\w{64})/.exec(text)?.[1] ?? '0'.repeat(64),
      };
      const whole = JSON.stringify(completed(parseDocument(text).toJS() as Section));
      expect(() => parseScenario({ path: '/work/scenario.yaml', text: whole }, context)).not.toThrow();
    },
  );

  it.each(inLanguage('yaml'))('$file:$line is YAML', ({ text }) => {
    expect(parseDocument(text).errors).toEqual([]);
  });

  it.each(inLanguage('json'))('$file:$line is JSON, or members of it', ({ text }) => {
    const members = /^\s*"/.test(text) ? `{${text.replace(/,\s*$/, '')}}` : text;
    expect(() => JSON.parse(members) as unknown).not.toThrow();
  });

  it.each(inLanguage('python'))('$file:$line runs', async ({ text }) => {
    await using folder = await temporaryFolder();
    await folder.write('requests.csv', 'phase,time_to_first_token\nmain,0.5\nmain,0.25\n');
    await folder.write('base.json', { statistics: {} });
    expect(() => execFileSync('python3', ['-c', text], { cwd: folder.path, stdio: 'pipe' })).not.toThrow();
  });

  it.each([...inLanguage('js'), ...inLanguage('ts')])('$file:$line is a module', async ({ text }) => {
    await using folder = await temporaryFolder();
    const module = await folder.write('snippet.mts', text);
    expect(() => execFileSync(process.execPath, ['--check', module], { stdio: 'pipe' })).not.toThrow();
  });

  it.each(inLanguage('xml'))('$file:$line is XML', ({ text }) => {
    expect(XMLValidator.validate(text)).toBe(true);
  });

  it('are in languages that this test knows', () => {
    const known = ['', 'sh', 'yaml', 'json', 'python', 'sql', 'js', 'ts', 'xml', 'groovy', 'console'];
    expect(blocks.filter(({ language }) => !known.includes(language))).toEqual([]);
  });
});

describe('the links of the documents', () => {
  it.each(documents)('of %s lead somewhere', (file) => {
    const text = readFileSync(top + file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
    const targets = Array.from(text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g), ([, target = '']) => target);
    const dead = targets.filter((target) => !existsSync(join(top, dirname(file), target)));
    expect(dead).toEqual([]);
  });
});

type Section = Readonly<Record<string, unknown>>;

const topLevelKeys = Object.keys(propertiesOf(scenarioJsonSchema() as Section));

/** Not of a pipeline, a cluster or a monitor. */
function isOfScenario({ text }: Block): boolean {
  const value = parseDocument(text).toJS() as unknown;
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).every(
    (key) => topLevelKeys.includes(key) || key === 'synthetic' || key === 'prompts',
  );
}

/** A fragment with what every file needs around it; keys of a workload go into one. */
function completed(fragment: Section): Section {
  const workload = Object.entries(fragment).filter(([key]) => !topLevelKeys.includes(key));
  const rest = Object.entries(fragment).filter(([key]) => topLevelKeys.includes(key));
  const prompt = workload.length === 0 ? { prompt: 'Why?' } : {};
  const pricing = { m: { input: 1, output: 2 } };
  return {
    name: 'snippet',
    providers: [
      { name: 'own', type: 'openai-compatible', base_url: 'http://127.0.0.1:1', models: ['m'], pricing },
    ],
    workload: { scenarios: [{ name: 'load', requests: 1, ...prompt, ...Object.fromEntries(workload) }] },
    ...Object.fromEntries(rest),
  };
}

function propertiesOf(schema: Section): Section {
  return schema['properties'] as Section;
}
