import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParsedScenario } from '@tokenstorm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withBaseline } from './with-baseline.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'baseline-'));
});

afterAll(() => rm(home, { recursive: true }));

function comparedWith(name: string): ParsedScenario {
  const regression = { baselines: [name], paths: [join(home, name)], confidence: 0.95, limits: [], runs: [] };
  return { scenario: { regression, execution: { onInvalid: 'fail' } } } as unknown as ParsedScenario;
}

describe('a baseline that is not there', () => {
  it.each([
    ['base.json', 'tokenstorm run FILE --no-baseline --export json=base.json'],
    ['@release', 'tokenstorm runs tag RUN TAG gives one. --no-baseline compares with nothing.'],
  ])('%s is an error that says how to get one', async (name, hint) => {
    await expect(withBaseline(comparedWith(name), { TOKENSTORM_HOME: home })).rejects.toMatchObject({
      code: 'E_FILE',
      message: expect.stringContaining('the baseline cannot be read: ') as string,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
