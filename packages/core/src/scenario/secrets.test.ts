import { describe, expect, it } from 'vitest';
import { isKeyPlace, isWorkerResolved, maskKeys } from './secrets.ts';

describe('maskKeys', () => {
  it.each([
    ['api_key: abcdefgh', 'api_key: ********'],
    ['api_kee: abc, models: [x]', 'api_kee: ***, models: [x]'],
    [
      '- { name: openai, api_key: "a,b}c", modles: [m] }',
      '- { name: openai, api_key: *******, modles: [m] }',
    ],
    ["  Authorization: 'Token x y' # why", '  Authorization: *********** # why'],
    ['  "x-api-key": "k"', '  "x-api-key": ***'],
    ['prompt: my key is sk-abcdef123456 ok', 'prompt: my key is *************** ok'],
    [
      'prompt: ghp_0123456789abcdefghij and hf_0123456789abcdefghij',
      'prompt: ************************ and ***********************',
    ],
    ['prompt: AKIA0123456789ABCDEF', 'prompt: ********************'],
    ['prompt: eyJhbGciOiJIUzI1.eyJzdWIi.c2ln', 'prompt: ******************************'],
    ['base_url: http://user:pw@host/v1', 'base_url: http://*******@host/v1'],
  ])('masks %j, keeping its length', (line, masked) => {
    expect(maskKeys(line)).toBe(masked);
    expect(masked).toHaveLength(line.length);
  });

  it.each([
    'api_key: ${OPENAI_API_KEY}',
    'authorization: Bearer ${TOKEN}',
    'targets: { first_token: 500ms }',
    'max_tokens: 256',
    'base_url: http://${USER}@host',
  ])('leaves %j', (line) => {
    expect(maskKeys(line)).toBe(line);
  });
});

describe('places', () => {
  it('resolves on the worker in api_key, headers, query and base_url only', () => {
    expect(isWorkerResolved(['providers', 0, 'api_key'])).toBe(true);
    expect(isWorkerResolved(['providers', 0, 'base_url', 'eu'])).toBe(true);
    expect(isWorkerResolved(['providers', 0, 'query', 'q'])).toBe(true);
    expect(isWorkerResolved(['workload', 'scenarios', 1, 'headers', 'x'])).toBe(true);
    expect(isWorkerResolved(['defaults', 'headers', 'x'])).toBe(true);
    expect(isWorkerResolved(['providers', 0, 'models', 0])).toBe(false);
    expect(isWorkerResolved(['workload', 'scenarios', 1, 'prompt'])).toBe(false);
    expect(isWorkerResolved(['name'])).toBe(false);
  });

  it('wants references where keys go', () => {
    expect(isKeyPlace(['providers', 0, 'api_key'])).toBe(true);
    expect(isKeyPlace(['workload', 'scenarios', 0, 'headers', 'Authorization'])).toBe(true);
    expect(isKeyPlace(['providers', 0, 'headers', 'x-trace'])).toBe(false);
  });
});
