import { expect, it } from 'vitest';
import { generatorFailure } from './generator-failure.ts';

it('is one line of at most 300 characters without the key', () => {
  expect(generatorFailure(new Error('two\nlines of key-0815'), 'key-0815')).toEqual({
    kind: 'generator',
    message: 'two lines of [redacted]',
  });
  expect(generatorFailure('x'.repeat(1000), undefined).message).toHaveLength(300);
});
