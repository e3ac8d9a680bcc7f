import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseScenario } from '@tokenstorm/core';
import { describe, expect, it } from 'vitest';
import { filledTemplate } from './fill-template.ts';
import { scenariosFolder } from './scenarios-folder.ts';
import { initProviders, templateKinds } from './template-kinds.ts';
import type { TemplateKind } from './template-kinds.ts';

const folder = scenariosFolder();
const context = {
  env: { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k', GLM_API_KEY: 'k' },
  readText: (path: string) => readFileSync(path, 'utf8'),
  hash: (text: string) => createHash('sha256').update(text).digest('hex'),
};

function filled(
  kind: TemplateKind,
  asked: { url?: string; models?: readonly string[]; provider?: (typeof initProviders)[number] },
) {
  const template = readFileSync(join(folder, `${kind}.yaml`), 'utf8');
  const options = { file: 'x.yaml', force: false, kind, models: [], ...asked };
  return filledTemplate(template, { path: 'x.yaml', schema: './s.json', options });
}

const parsed = (text: string) => parseScenario({ path: join(folder, 'x.yaml'), text }, context).scenario;

describe('a new scenario file', () => {
  it.each(templateKinds)('may start as %s, with nothing else changed', (kind) => {
    const text = filled(kind, {});
    expect(text).not.toContain(`scenarios/${kind}.yaml`);
    expect(text).toContain('$schema=./s.json');
    expect(parsed(text).name).toBe(kind);
  });

  it.each(initProviders)('may be for %s', (provider) => {
    const [target] = parsed(filled('chat-steady', { provider })).targets;
    expect(target?.type).toBe(provider);
    expect(target?.apiKey === undefined).toBe(provider === 'openai-compatible');
  });

  it.each(['a: b', 'true', 'x#y', "it's", '$&', '[a]', '7b', 'sim-w2'])('takes the model %s', (model) => {
    const { targets } = parsed(filled('spike', { models: [model], url: 'https://h.example:8443/team-a/v1' }));
    expect(targets.map((target) => [target.model, target.baseUrl])).toEqual([
      [model, 'https://h.example:8443/team-a/v1'],
    ]);
  });
});
