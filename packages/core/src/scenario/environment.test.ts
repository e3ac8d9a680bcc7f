import { describe, expect, it } from 'vitest';
import { missingMessage, missingNames, referencedNames, resolveReferences } from './environment.ts';

const environment = { KEY: 's3cret', HOST: 'h', EMPTY: '' };

describe('resolveReferences', () => {
  it('replaces every reference and nothing else', () => {
    expect(resolveReferences('http://${HOST}:1/${KEY}?$HOST {HOST} ${a b}', environment)).toBe(
      'http://h:1/s3cret?$HOST {HOST} ${a b}',
    );
  });

  it('keeps an escaped reference and does not look at values again', () => {
    expect(resolveReferences('$${KEY} ${A}', { A: '${KEY}' })).toBe('${KEY} ${KEY}');
  });

  it('takes no variable from what every object has', () => {
    expect(missingNames('${constructor}', environment)).toEqual(['constructor']);
  });

  it('names the variables that are unset or empty, once each, and no value', () => {
    const text = '${KEY} ${NO} ${EMPTY} ${NO} $${ESCAPED}';
    expect(referencedNames(text)).toEqual(['KEY', 'NO', 'EMPTY']);
    expect(missingNames(text, environment)).toEqual(['NO', 'EMPTY']);
    expect(() => resolveReferences(text, environment)).toThrow(
      'the environment variables `NO`, `EMPTY` are not set',
    );
    expect(() => resolveReferences(text, environment)).not.toThrow(/s3cret/);
    expect(missingMessage(['A'])).toBe('the environment variable `A` is not set');
  });
});
