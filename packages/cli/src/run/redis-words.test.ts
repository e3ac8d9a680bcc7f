import { expect, it } from 'vitest';
import { redisWords } from './redis-words.ts';

it.each([
  ['redis://10.0.0.1:6379', ' --redis redis://10.0.0.1:6379'],
  ['redis://redis.example/2', ' --redis redis://redis.example/2'],
  ['redis://:hunter22@redis.example', ' --redis URL'],
  ['redis://user:hunt/er@22@redis.example', ' --redis URL'],
  ['rediss://redis.example?ca=ca.pem', ' --redis URL'],
  ['redis://set-in-the-environment', ''],
])('names %s without what is secret in it', (url, words) => {
  expect(redisWords(url, { TOKENSTORM_REDIS_URL: 'redis://set-in-the-environment' })).toBe(words);
});
