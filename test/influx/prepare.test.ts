import { prepareInflux } from '@tokenstorm/aggregator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { asked } from '../support/influx-windows.ts';
import { startInflux } from '../support/services.ts';
import type { Service } from '../support/services.ts';

let influx: Service & { readonly url: string };
beforeAll(async () => void (influx = await startInflux()));
afterAll(() => influx[Symbol.asyncDispose]());

const policies = (database: string) =>
  asked(influx.url, `SHOW RETENTION POLICIES ON "${database}"`, database);
const prepare = (database: string, retention?: string) =>
  prepareInflux({ url: influx.url, database, ...(retention !== undefined && { retention }) });

describe('preparing a database', () => {
  it('makes it with the retention asked for, and changes that where another is asked for', async () => {
    await prepare('kept', '90d');
    expect(await policies('kept')).toMatchObject([
      { name: 'tokenstorm', duration: '2160h0m0s', shardGroupDuration: '24h0m0s', default: true },
    ]);
    await prepare('kept');
    expect(await policies('kept')).toMatchObject([{ duration: '2160h0m0s' }]);
    await prepare('kept', '1h');
    expect(await policies('kept')).toMatchObject([{ duration: '1h0m0s', shardGroupDuration: '1h0m0s' }]);
  });

  it('takes an empty database, whatever its name', async () => {
    const database = 'it\'s "odd" 模型';
    await asked(influx.url, 'CREATE DATABASE "it\'s \\"odd\\" 模型"');
    await prepare(database);
    expect((await asked(influx.url, 'SHOW DATABASES')).map(({ name }) => name)).toContain(database);
  });

  it('makes its policy the default one again', async () => {
    await prepare('again');
    await asked(influx.url, 'CREATE RETENTION POLICY "other" ON "again" DURATION 2h REPLICATION 1 DEFAULT');
    await prepare('again');
    expect(await policies('again')).toContainEqual(
      expect.objectContaining({ name: 'tokenstorm', default: true }),
    );
  });

  it("keeps out of others' databases", async () => {
    await asked(influx.url, 'CREATE DATABASE "telegraf"');
    await fetch(`${influx.url}/write?db=telegraf`, { method: 'POST', body: 'cpu,host=a usage=1' });
    await expect(prepare('telegraf')).rejects.toMatchObject({
      code: 'E_USAGE',
      message: expect.stringContaining('holds other measurements (cpu)'),
    });
    expect(await policies('telegraf')).toMatchObject([{ name: 'autogen', default: true }]);
  });

  it('tells a server that is away from one that is no InfluxDB', async () => {
    const away = prepareInflux({ url: `http://me:s3cret@127.0.0.1:${await closedPort()}` });
    await expect(away).rejects.toMatchObject({
      code: 'E_INFLUX',
      exitCode: 97,
      hint: expect.stringContaining('8086'),
    });
    await expect(away).rejects.toThrow(/^InfluxDB at http:\/\/127\.0\.0\.1:\d+ cannot be used: /);
    await expect(prepareInflux({ url: `${influx.url}/nowhere` })).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('preparing with users', () => {
  it('needs one, tells what to do, and shows no password', async () => {
    await using guarded = await startInflux({ auth: true });
    const as = (user: string) => guarded.url.replace('//', `//${user}@`);
    const ask = async (statement: string, user = 'admin:s3cret') => {
      const q = new URLSearchParams({ q: statement });
      const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
      const reply = await fetch(`${guarded.url}/query`, {
        method: 'POST',
        body: q,
        headers: { authorization },
      });
      expect(await reply.text()).not.toContain('error');
    };
    await ask(`CREATE USER "admin" WITH PASSWORD 's3cret' WITH ALL PRIVILEGES`);
    for (const user of ['', 'admin:wrong-s3cret', 'nobody:s3cret']) {
      const refusal = await prepareInflux({ url: user === '' ? guarded.url : as(user) }).catch(
        (error: unknown) => error,
      );
      expect(refusal).toMatchObject({
        code: 'E_USAGE',
        hint: expect.stringContaining('user and password in the URL'),
      });
      expect(JSON.stringify(refusal) + String(refusal)).not.toContain('s3cret');
    }
    await prepareInflux({ url: as('admin:s3cret') });
    await ask(`CREATE USER "writer" WITH PASSWORD 'p%w:@/'`);
    const writer = as('writer:p%25w%3A%40%2F');
    await expect(prepareInflux({ url: writer })).rejects.toMatchObject({ code: 'E_USAGE' });
    await ask('GRANT ALL ON "tokenstorm" TO "writer"');
    await prepareInflux({ url: writer });
    await expect(prepareInflux({ url: writer, retention: '60d' })).rejects.toMatchObject({ code: 'E_USAGE' });
    await ask('CREATE DATABASE "given"');
    await ask('GRANT ALL ON "given" TO "writer"');
    await prepareInflux({ url: writer, database: 'given' });
  });
});
