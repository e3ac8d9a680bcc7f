import { Redis } from 'ioredis';
import { InfluxDB } from 'influx';
import { describe, expect, it } from 'vitest';
import { startInflux, startRedis } from './services.ts';

describe('a service of a test', () => {
  it('is a Redis of its own, which keeps what it was told to keep when it is killed and started again', async () => {
    await using redis = await startRedis({ config: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    await using other = await startRedis();
    const client = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => 50 });
    client.on('error', () => {});
    await client.set('key', 'value');
    await redis.kill();
    await redis.start();
    expect(await client.get('key')).toBe('value');
    client.disconnect();
    expect(other.port).not.toBe(redis.port);
  });

  it('is an InfluxDB of its own, likewise', async () => {
    await using influx = await startInflux();
    const client = new InfluxDB(influx.url);
    await client.createDatabase('test');
    await influx.kill();
    await influx.start();
    expect(await client.getDatabaseNames()).toContain('test');
  });

  it('says what is wrong where it does not come up', async () => {
    await expect(startRedis({ config: ['--no-such-option', 'yes'] })).rejects.toThrow(/no-such-option/);
  });
});
