import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AuditEntry } from '@tokenstorm/core';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandProcess, reportOf } from '../support/command.ts';
import { until } from '../support/fleet.ts';
import { startRedis } from '../support/services.ts';
import type { Service } from '../support/services.ts';
import { simulatorProcess } from '../support/simulator.ts';
import type { SimulatorProcess } from '../support/simulator.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

const users = fileURLToPath(new URL('../../deploy/redis/users', import.meta.url));
const roles = ['coordinator', 'aggregator', 'worker', 'monitor', 'keda'] as const;
type Role = (typeof roles)[number];
const passwordOf = (role: string) => `${role}-pass_word.1`;
const audit = '{tokenstorm}:audit';

/** A fleet whose Redis knows the users of deploy/redis and, for the test alone, an administrator. */
describe('the users of deploy/redis', () => {
  let redis: Service & { readonly url: string };
  let simulator: SimulatorProcess;
  let folder: TemporaryFolder;
  let admin: Redis;
  let acl: string;
  const processes: CommandProcess[] = [];

  beforeAll(async () => {
    simulator = await simulatorProcess();
    await simulator.setModels({ m: { ttftMs: 5, itlMs: 1, tokens: 2 } });
    folder = await temporaryFolder();
    const passwords = roles.map((role) => [
      `TOKENSTORM_REDIS_${role.toUpperCase()}_PASSWORD`,
      passwordOf(role),
    ]);
    const { PATH = '' } = process.env;
    const { stdout } = await promisify(execFile)(users, { env: { PATH, ...Object.fromEntries(passwords) } });
    acl = stdout;
    const files = { 'users.acl': `${stdout}user admin on >${passwordOf('admin')} ~* &* +@all\n` };
    redis = await startRedis({ files, config: ['--save', '', '--aclfile', 'users.acl'] });
    admin = new Redis(urlOf('admin'));
  }, 60_000);

  afterAll(async () => {
    for (const one of processes) one.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    admin.disconnect();
    await redis[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
    await simulator.close();
  });

  const urlOf = (user: string) => redis.url.replace('//', `//${user}:${passwordOf(user)}@`);

  function command(user: Role, words: readonly string[]): CommandProcess {
    const environment = { TOKENSTORM_REDIS_URL: urlOf(user), TOKENSTORM_HOME: folder.path };
    const one = new CommandProcess(words, { environment });
    processes.push(one);
    return one;
  }

  /** What Redis answers to a user: the first word of an error, or `allowed`. */
  async function asked(user: Role, words: readonly string[]): Promise<string> {
    const client = new Redis(urlOf(user), { enableReadyCheck: false });
    const [name = '', ...rest] = words;
    const answer = client.call(name, ...rest).then(
      () => 'allowed',
      (error: Error) => error.message.split(' ', 1)[0] ?? '',
    );
    return await answer.finally(() => client.disconnect());
  }

  const entries = async () =>
    (await admin.xrange(audit, '-', '+')).map(([, [, text = '']]) => JSON.parse(text) as AuditEntry);

  it('may all that a run takes, from its data set to its report', async () => {
    const services = [
      command('aggregator', ['aggregator']),
      command('worker', ['worker', '--data-dir', folder.path]),
    ];
    await until('worker and aggregator to be ready', () =>
      services.every(({ stderr }) => stderr.includes('ready for')),
    );
    await folder.write('rows.csv', 'question\nWhy?\nWhen?\n');
    const path = await folder.write('s.json', {
      name: 'by roles',
      providers: [{ name: 'own', type: 'openai-compatible', base_url: simulator.url, models: ['m'] }],
      workload: {
        scenarios: [
          {
            name: 'rows',
            executor: 'constant-arrival-rate',
            rate: 20,
            duration: '2s',
            prompts: { path: 'rows.csv', template: '{{question}}' },
          },
          { name: 'users', prompt: 'Hello', requests: 20, concurrency: 2 },
        ],
      },
      budget: { requests: 1000 },
    });
    const run = command('coordinator', ['run', path, '--redis', '--json', '--quiet', '--allow-invalid']);
    const report = reportOf(await run.ended);
    expect(report.accounting).toMatchObject({ scheduled: 60, completed: 60 });
    expect(await command('coordinator', ['report', report.run.id, '--redis', '--json']).ended).toMatchObject({
      exitCode: 0,
    });
    expect((await command('coordinator', ['runs', '--redis']).ended).stdout).toContain('by roles');
    // One that nobody can start is taken back.
    const unstarted = command('coordinator', ['run', path, '--redis', '--min-workers', '9', '--quiet']);
    await until('it to be known', async () => (await admin.zcard('{tokenstorm}:runs')) === 2);
    await sleep(200);
    unstarted.signal('SIGINT');
    expect((await unstarted.ended).exitCode).toBe(130);
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
    expect(await entries()).toMatchObject([
      {
        event: 'start',
        mode: 'distributed',
        run: report.run.id,
        planned: { requests: 60 },
        hosts: [new URL(simulator.url).host],
      },
      { event: 'end', run: report.run.id, verdict: report.verdict, requests: { completed: 60 } },
      { event: 'start', name: 'by roles' },
      { event: 'end', verdict: 'not-started', requests: null },
    ]);
    expect(await admin.ttl(audit)).toBe(-1);
  }, 90_000);

  const writing: readonly Role[] = ['coordinator', 'aggregator', 'worker'];

  it.each(writing)('keep the audit log from a %s, and all else that is not its own', async (role) => {
    await admin.set('other:key', '1');
    const before = await admin.xlen(audit);
    const forbidden = [
      ['DEL', audit],
      ['UNLINK', audit],
      ['XTRIM', audit, 'MAXLEN', '0'],
      ['XDEL', audit, '0-1'],
      ['XSETID', audit, '9-9'],
      ['RENAME', audit, '{tokenstorm}:run:x'],
      ['RENAME', '{tokenstorm}:run:x', audit],
      ['SET', audit, '1'],
      ['EXPIRE', audit, '1'],
      ['XRANGE', audit, '-', '+'],
      ['COPY', audit, '{tokenstorm}:run:x'],
      ['FLUSHALL'],
      ['FLUSHDB'],
      ['CONFIG', 'GET', '*'],
      ['KEYS', '*'],
      ['SCAN', '0'],
      ['RANDOMKEY'],
      ['ACL', 'LIST'],
      ['SCRIPT', 'FLUSH'],
      ['SHUTDOWN', 'NOSAVE'],
      ['REPLICAOF', '127.0.0.1', '1'],
      ['CLIENT', 'KILL', 'TYPE', 'normal'],
      ['MONITOR'],
      ['GET', 'other:key'],
      ['SET', 'other:key', '2'],
      ['GET', '{tokenstorm}other'],
      ['PUBLISH', 'anything', '1'],
    ];
    for (const words of forbidden) expect([words, await asked(role, words)]).toEqual([words, 'NOPERM']);
    const scripted = [
      `redis.call('DEL', '${audit}')`,
      `redis.call('XTRIM', '${audit}', 'MAXLEN', 0)`,
      `redis.call('GET', 'other:key')`,
    ];
    for (const lua of scripted)
      expect([lua, await asked(role, ['EVAL', lua, '0'])]).not.toEqual([lua, 'allowed']);
    expect(await admin.xlen(audit)).toBe(before);
    expect(await admin.get('other:key')).toBe('1');
  });

  it('let workers append nothing to the audit log, nor touch what is of the aggregators and the list of runs', async () => {
    for (const words of [
      ['XADD', audit, '*', 'a', '{}'],
      ['EVAL', `redis.call('XADD', '${audit}', '*', 'a', '{}')`, '0'],
      ['DEL', '{tokenstorm}:runs'],
      ['ZADD', '{tokenstorm}:aggregators', '1', 'x'],
      ['DEL', '{tokenstorm}:aggregations:wait'],
    ])
      expect([words, await asked('worker', words)]).not.toEqual([words, 'allowed']);
  });

  it('let a monitor look at everything and change nothing', async () => {
    for (const words of [
      ['XRANGE', audit, '-', '+'],
      ['XLEN', audit],
      ['INFO'],
      ['LLEN', '{tokenstorm}:shards-default:wait'],
      ['ZRANGE', '{tokenstorm}:runs', '0', '-1'],
    ])
      expect([words, await asked('monitor', words)]).toEqual([words, 'allowed']);
    for (const words of [
      ['XADD', audit, '*', 'a', '1'],
      ['DEL', '{tokenstorm}:runs'],
      ['SET', '{tokenstorm}:run:x', '1'],
      ['EVAL', 'return 1', '0'],
      ['GET', 'other:key'],
      ['KEYS', '*'],
    ])
      expect([words, await asked('monitor', words)]).toEqual([words, 'NOPERM']);
  });

  it('let KEDA count what waits and what is held, with its script, and nothing else', async () => {
    const script = `local t = redis.call('type', KEYS[1]).ok; if t == 'list' then return redis.call('llen', KEYS[1]) end; return 0`;
    for (const list of ['wait', 'active'])
      expect(await asked('keda', ['EVAL', script, '1', `{tokenstorm}:shards-eu-west:${list}`])).toBe(
        'allowed',
      );
    for (const words of [
      ['EVAL', script, '1', '{tokenstorm}:runs'],
      ['DEL', '{tokenstorm}:shards-eu-west:wait'],
      ['LRANGE', '{tokenstorm}:shards-eu-west:wait', '0', '-1'],
      ['INFO'],
    ])
      expect([words, await asked('keda', words)]).toEqual([words, 'NOPERM']);
  });

  it('are nobody without a password, and have none in the file', async () => {
    for (const role of roles) expect(acl).not.toContain(passwordOf(role));
    const anonymous = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
    anonymous.on('error', () => {});
    await expect(anonymous.get('{tokenstorm}:runs')).rejects.toThrow(/NOAUTH|closed/);
    anonymous.disconnect();
  });
});
