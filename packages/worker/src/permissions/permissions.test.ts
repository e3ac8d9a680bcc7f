import { describe, expect, it } from 'vitest';
import { defaultVariables, mayUseVariable, permittedEnvironment } from './permissions.ts';

describe('variables', () => {
  it.each([
    ['OPENAI_API_KEY', true],
    ['_API_KEY', true],
    ['VLLM_BASE_URL', true],
    ['AWS_SECRET_ACCESS_KEY', false],
    ['API_KEY_ID', false],
    ['TOKENSTORM_REDIS_URL', false],
    ['GITHUB_TOKEN', false],
  ])('by default %s may be named: %s', (name, may) => {
    expect(mayUseVariable(name, { variables: defaultVariables })).toBe(may);
  });

  it.each([
    ['LLM_*', 'LLM_KEY', true],
    ['LLM_*', 'XLLM_KEY', false],
    ['*', 'PATH', true],
    ['A*B*C', 'AxxBxxC', true],
    ['A*B*C', 'AC', false],
    ['A*A', 'A', false],
    ['NAME', 'NAMES', false],
    ['N.ME', 'NAME', false],
  ])('the pattern %s has %s: %s', (pattern, name, has) => {
    expect(mayUseVariable(name, { variables: [pattern] })).toBe(has);
  });

  it('that may not be named are not there, but for those of a proxy', () => {
    const environment = { A_API_KEY: '1', SECRET: '2', https_proxy: '3', NO_PROXY: '4' };
    const { SECRET: _, ...others } = environment;
    expect(permittedEnvironment(environment, { variables: defaultVariables })).toEqual(others);
    expect(permittedEnvironment(environment, {})).toBe(environment);
  });
});
