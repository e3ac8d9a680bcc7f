import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { missingScenarioHint } from './missing-scenario.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenstorm-missing-'));
  await mkdir(join(folder, 'empty'));
  for (const name of ['chat-steady.yaml', 'soak.yml', 'notes.txt', 'scenario.schema.json'])
    await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['chat-stedy.yaml', 'did you mean FOLDER/chat-steady.yaml?'],
  ['chat_steady.yml', 'did you mean FOLDER/chat-steady.yaml?'],
  ['soak', 'did you mean FOLDER/soak.yml?'],
  ['load.yaml', 'scenario files there: FOLDER/chat-steady.yaml, FOLDER/soak.yml'],
  ['.', 'it is a folder; in it: FOLDER/chat-steady.yaml, FOLDER/soak.yml'],
  ['empty/load.yaml', 'tokenstorm init writes one to start from'],
  ['never/load.yaml', 'tokenstorm init writes one to start from'],
])('%s: %s', (name, hint) => {
  expect(missingScenarioHint(join(folder, name))).toBe(hint.replaceAll('FOLDER', folder));
});
