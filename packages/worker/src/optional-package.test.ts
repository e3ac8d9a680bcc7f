import { describe, expect, it } from 'vitest';
import { optionalPackage } from './optional-package.ts';

describe('a package that may be left out', () => {
  it('is loaded where it is there', async () => {
    expect(await optionalPackage('openai', async () => await import('openai'))).toHaveProperty('OpenAI');
  });

  it('is named where it is not, with how to get it', async () => {
    const name = 'tokenstorm-has-no-such-package';
    await expect(optionalPackage(name, async () => await import(name))).rejects.toMatchObject({
      code: 'E_FILE',
      message: `the package ${name} is not installed`,
      hint: expect.stringContaining(`npm install ${name}`),
    });
  });

  it('may have faults of its own', async () => {
    const load = () => Promise.reject(new SyntaxError('not JavaScript'));
    await expect(optionalPackage('broken', load)).rejects.toThrow('not JavaScript');
  });
});
