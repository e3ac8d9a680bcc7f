import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { templateKinds } from '../packages/cli/src/init/template-kinds.ts';
import { parseScenario, plannedLoad } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { scenarioSchemaFile, scenarioSchemaText } from './support/generate-scenario-schema.ts';

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url));
const files = globSync('*.yaml', { cwd: folder });

const context = {
  // A worker's, where each has one, and the keys of the vendors.
  env: { HOSTNAME: 'worker-1', OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GLM_API_KEY: 'k' },
  readText: (path: string) => readFileSync(path, 'utf8'),
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
};

describe('scenarios/', () => {
  it('holds the scenarios that the README and `init` name', () => {
    expect(files).toEqual(
      expect.arrayContaining([...templateKinds, 'compose-quickstart'].map((name) => `${name}.yaml`)),
    );
  });

  it.each(files)('%s opens with its question, names the schema and parses', (file) => {
    const text = readFileSync(folder + file, 'utf8');
    expect(text).toMatch(
      /^# Question: .+\?\n# Run: .+\n(?:# .*\n)*# Change first: .+\n(?:# .*\n)*# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/,
    );
    const { scenario, datasets } = parseScenario({ path: folder + file, text }, context);
    expect(`${scenario.name}.yaml`).toBe(file);
    expect(plannedLoad(scenario).length).toBeGreaterThan(0);
    for (const dataset of datasets) expect(dataset.id).toMatch(/^[0-9a-f]{64}\.(?:jsonl|json|csv)$/);
  });

  it('holds the JSON Schema as the code has it', () => {
    // Where they differ: node --conditions=source test/support/generate-scenario-schema.ts
    expect(readFileSync(scenarioSchemaFile, 'utf8')).toBe(scenarioSchemaText());
  });
});
