import { describe, expect, it } from 'vitest';
import { redisName } from './redis-name.ts';

describe('redisName', () => {
  it.each([
    ['redis://host', 'redis://host'],
    ['redis://user:pass@host:6380/3', 'redis://host:6380/3'],
    ['rediss://:pass@host/?ca=/secret/place', 'rediss://host'],
    ['not a url', 'Redis'],
  ])('of %s is %s', (url, name) => {
    expect(redisName(url)).toBe(name);
  });
});
