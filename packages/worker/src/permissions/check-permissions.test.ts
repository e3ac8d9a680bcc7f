import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { defaultExecution } from '@tokenstorm/core';
import type { Scenario, Target, Workload } from '@tokenstorm/core';
import { afterEach, describe, expect, it } from 'vitest';
import { workload } from '../request/__fixtures__/request-setup.ts';
import { checkPermissions } from './check-permissions.ts';
import type { Permissions } from './permissions.ts';

const target = (overrides: Partial<Target>): Target =>
  ({ provider: 'own', baseUrl: 'http://own.test/v1', headers: {}, query: {}, ...overrides }) as Target;

interface Asked {
  readonly targets?: readonly Target[];
  readonly workloads?: readonly Workload[];
  readonly tokenizer?: Scenario['execution']['tokenizer'];
}

function check(
  { targets = [], workloads = [], tokenizer }: Asked,
  permissions: Permissions,
  environment = {},
) {
  const execution = { ...defaultExecution, ...(tokenizer && { tokenizer }) };
  return checkPermissions({ targets, workloads, execution }, 'eu', permissions, environment);
}

describe('what a scenario asks for', () => {
  it('is all permitted where nothing is limited', async () => {
    const prompts = { kind: 'worker-file', path: '/etc/passwd', format: 'jsonl' } as never;
    const asked = { targets: [target({ apiKey: '${ANY}' })], workloads: [workload({ prompts })] };
    await expect(check(asked, {})).resolves.toBeUndefined();
  });

  it('is refused in one error that names everything, once', async () => {
    const targets = [
      target({ apiKey: '${AWS_SECRET_ACCESS_KEY}', headers: { a: '${HOME}', b: '$${NOT_ONE}' } }),
      target({
        query: { q: '${AWS_SECRET_ACCESS_KEY}' },
        baseUrl: { eu: 'http://10.0.0.1:81', us: 'http://u' },
      }),
      target({ baseUrl: 'https://api.example.com/${PATH_PART}', apiKey: '${OPENAI_API_KEY}' }),
    ];
    const prompts = { kind: 'worker-file', path: '/etc/shadow', format: 'jsonl' } as never;
    const workloads = [workload({ prompts, headers: { x: '${USER}' } })];
    const tokenizer = { kind: 'file', path: '/root/key.json' } as const;
    const permissions = { hosts: ['api.example.com'], variables: ['*_API_KEY'], folders: [] };
    const refused = check({ targets, workloads, tokenizer }, permissions, { PATH_PART: 'x' });
    const file = 'is not below a folder whose files scenarios may read here (--data-dir)';
    const variable = 'is not one that scenarios may name here (--allow-env)';
    await expect(refused).rejects.toMatchObject({
      code: 'E_NOT_ALLOWED',
      exitCode: 2,
      message: [
        ...['AWS_SECRET_ACCESS_KEY', 'HOME', 'PATH_PART', 'USER'].map(
          (name) => `the variable ${name} ${variable}`,
        ),
        'requests to own.test:80 are not allowed here (--allow-host)',
        'requests to 10.0.0.1:81 are not allowed here (--allow-host)',
        `/etc/shadow ${file}`,
        `/root/key.json ${file}`,
      ].join('\n'),
      hint: expect.stringMatching(/--allow-env NAME.*--allow-host HOST.*--data-dir FOLDER/),
    });
  });

  it('of another region is no matter', async () => {
    const targets = [target({ baseUrl: { eu: 'http://a.test', us: 'http://b.test/${HOME}' } })];
    await expect(check({ targets }, { hosts: ['a.test'], variables: [] })).resolves.toBeUndefined();
  });

  it('has its hosts looked at as the variables of this environment make them', async () => {
    const targets = [target({ baseUrl: '${A_BASE_URL}' })];
    const permissions = { hosts: ['a.test'], variables: ['*_BASE_URL'] };
    await expect(check({ targets }, permissions, { A_BASE_URL: 'http://a.test' })).resolves.toBeUndefined();
    await expect(check({ targets }, permissions, { A_BASE_URL: 'http://b.test' })).rejects.toThrow(
      'b.test:80',
    );
    // Said elsewhere.
    await expect(check({ targets }, permissions)).resolves.toBeUndefined();
  });
});

describe('a name, where addresses are allowed', () => {
  const real = dns.lookup;
  afterEach(() => {
    dns.lookup = real;
    syncBuiltinESMExports();
  });

  it.each([
    ['10.1.2.3', undefined],
    ['192.0.2.1', 'requests to own.test:80 are not allowed here (--allow-host): its address is 192.0.2.1'],
  ])('is what it stands for: %s', async (address, refusal) => {
    dns.lookup = (async () => [{ address, family: 4 }]) as unknown as typeof real;
    syncBuiltinESMExports();
    const asked = check({ targets: [target({})] }, { hosts: ['10.0.0.0/8'] });
    if (refusal === undefined) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toThrow(refusal);
  });

  it('cannot be known behind a proxy', async () => {
    const environment = { http_proxy: 'http://proxy.test' };
    await expect(check({ targets: [target({})] }, { hosts: ['10.0.0.0/8'] }, environment)).rejects.toThrow(
      'behind a proxy only its name counts',
    );
  });
});
