import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { closedPort } from '../support/closed-port.ts';
import { startRedis } from '../support/services.ts';
import { asDisposable, inUrl, listening, open, secret, startTls } from './connection-parts.ts';

/** The error with which connecting rejects; it must not name the password, however it is printed. */
async function refusal(
  url: string,
): Promise<{ code: string; exitCode: number; message: string; hint: string }> {
  const error: unknown = await open(url).then(
    (transport) => transport[Symbol.asyncDispose](),
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ code: 'E_REDIS', hint: expect.stringMatching(/./) });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/p@ss|p%40ss|w0rd/);
  return error as Awaited<ReturnType<typeof refusal>>;
}

describe('address of Redis', () => {
  it.each([
    ['127.0.0.1:6379', ['must be redis://']],
    ['http://127.0.0.1', ['must be redis://']],
    ['redis://', ['names no host']],
    ['redis://user?w0rd@127.0.0.1', ['parameters are for TLS', 'unknown parameter']],
    ['redis://w0rd@127.0.0.1', ['user but no password']],
    ['redis://:w0rd%@127.0.0.1/x', ['number of a database', '% that must be written as %25']],
    ['redis://:w0rd#2@127.0.0.1', ['must be redis://']],
    ['redis://127.0.0.1/1/2?ca=/w0rd', ['number of a database', 'parameters are for TLS']],
    ['rediss://127.0.0.1?cafile=w0rd&insecure=maybe', ['unknown parameter', 'insecure must be']],
    ['rediss://127.0.0.1?ca=/nowhere/ca.pem&cert=/nowhere/c.pem', ['file of ca', 'file of cert']],
  ])('%s: names all that is wrong with it, and ends with exit code 2', async (url, problems) => {
    const error = await refusal(url);
    expect(error.exitCode).toBe(2);
    for (const problem of problems) expect(error.message).toContain(problem);
  });
});

describe('a Redis that cannot be used', () => {
  it('refuses connections, or has no address', async () => {
    const refused = await refusal(`redis://:${inUrl}@127.0.0.1:${await closedPort()}`);
    expect(refused).toMatchObject({ exitCode: 97, message: expect.stringContaining('refuses connections') });
    const unknown = await refusal('redis://no-such-host.invalid');
    expect(unknown.message).toContain('cannot be resolved');
  });

  it('wants a password, or another one, or has no such database', async () => {
    await using server = await startRedis({ config: ['--save', '', '--requirepass', secret] });
    expect((await refusal(server.url)).message).toContain('asks for a password');
    const wrong = await refusal(`redis://:p%40ss-wrong@127.0.0.1:${server.port}`);
    expect(wrong.message).toContain('does not accept this user and password');
    const user = await refusal(`redis://somebody:${inUrl}@127.0.0.1:${server.port}`);
    expect(user.message).toContain('does not accept this user and password');
    const database = await refusal(`redis://:${inUrl}@127.0.0.1:${server.port}/99`);
    expect(database.message).toContain('does not have this database');
  });

  it('permits the user too little', async () => {
    await using server = await startRedis();
    await using admin = asDisposable(new Redis(server.url));
    for (const [user, ...rules] of [
      ['reader', '~*', '+@read', '+@connection', '+@scripting', '+info'],
      ['elsewhere', '~other:*', '+@all'],
    ])
      await admin.redis.call('ACL', 'SETUSER', user ?? '', 'on', `>${secret}`, ...rules);
    for (const user of ['reader', 'elsewhere']) {
      const error = await refusal(`redis://${user}:${inUrl}@127.0.0.1:${server.port}`);
      expect(error).toMatchObject({
        message: expect.stringContaining('does not permit this user'),
        hint: expect.stringContaining('docs/distributed.md'),
      });
    }
  });

  it('speaks TLS or does not, or shows a certificate that nobody knows', async () => {
    const { cert, key } = await selfSigned();
    await using plain = await startRedis();
    await using encrypted = await startTls({ cert, key });
    const notInTls = await refusal(`rediss://127.0.0.1:${plain.port}`);
    expect(notInTls).toMatchObject({
      message: expect.stringContaining('cannot be reached'),
      hint: expect.stringContaining('speaks TLS'),
    });
    const withoutTls = await refusal(`redis://127.0.0.1:${encrypted.port}`);
    expect(withoutTls.hint).toContain('rediss://');
    const untrusted = await refusal(encrypted.url);
    expect(untrusted.message).toContain('certificate that is not trusted');
    expect(untrusted.hint).toContain('?ca=');
  });

  it('is no Redis: it speaks HTTP, or says nothing', async () => {
    await using http = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await refusal(`redis://127.0.0.1:${http.port}`)).message).toContain(
      'does not answer as Redis does',
    );
    await using silent = await listening(() => {});
    expect((await refusal(`redis://127.0.0.1:${silent.port}`)).message).toContain(
      'does not answer as Redis does',
    );
  });

  it('is too old', async () => {
    const info = 'redis_version:6.0.20\r\n';
    const answer = (command: string) =>
      /info/i.test(command)
        ? `$${info.length}\r\n${info}\r\n`
        : /hello/i.test(command)
          ? '-NOPROTO\r\n'
          : '+OK\r\n';
    await using old = await listening((socket) =>
      socket.on('data', (bytes) => {
        for (const command of bytes.toString().split(/(?=\*\d)/)) socket.write(answer(command));
      }),
    );
    const error = await refusal(`redis://127.0.0.1:${old.port}`);
    expect(error.message).toContain('is of version 6.0.20; Tokenstorm needs 6.2 or newer');
  });
});
