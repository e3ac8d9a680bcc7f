import { describe, expect, it } from 'vitest';
import { readAggregatorOptions } from './aggregator-options.ts';
import { readWorkerOptions } from './worker-options.ts';

const redis = { redis: ['redis://h:1'] };

describe('the options of tokenstorm worker', () => {
  it('have defaults', () => {
    expect(readWorkerOptions(redis, {})).toEqual({
      redisUrl: 'redis://h:1',
      region: 'default',
      leaseMs: 10_000,
      giveUpMs: 60_000,
      graceMs: 30_000,
      processes: 1,
      permissions: { variables: ['*_API_KEY', '*_BASE_URL'], folders: [] },
      log: 'text',
      quiet: false,
    });
  });

  it('say what scenarios may do', () => {
    const parsed = {
      ...redis,
      allowHost: ['a.test:8000', '10.0.0.0/8'],
      allowEnv: ['LLM_*'],
      dataDir: ['/tmp', '/usr'],
    };
    const permissions = {
      hosts: ['a.test:8000', '10.0.0.0/8'],
      variables: ['LLM_*'],
      folders: ['/tmp', '/usr'],
    };
    expect(readWorkerOptions(parsed, {}).permissions).toEqual(permissions);
    const environment = {
      TOKENSTORM_ALLOW_HOSTS: ' a.test:8000, 10.0.0.0/8',
      TOKENSTORM_ALLOW_ENV: 'LLM_*',
      TOKENSTORM_DATA_DIR: '/tmp:/usr',
    };
    expect(readWorkerOptions(redis, environment).permissions).toEqual(permissions);
    const empty = { TOKENSTORM_ALLOW_HOSTS: '', TOKENSTORM_ALLOW_ENV: ' ', TOKENSTORM_DATA_DIR: '' };
    expect(readWorkerOptions(redis, empty)).toEqual(readWorkerOptions(redis, {}));
    expect(() => readWorkerOptions({ ...redis, allowHost: [''] }, {})).toThrow(/--allow-host: .*empty/);
    expect(() =>
      readWorkerOptions({ ...redis, allowHost: ['http://a'], allowEnv: ['A-B'], dataDir: ['/no/such'] }, {}),
    ).toThrow(
      /3 problems.*--allow-host http:\/\/a: expected.*--allow-env A-B.*--data-dir \/no\/such: there is no/s,
    );
  });

  it('come from the environment where no flag says otherwise', () => {
    const environment = { TOKENSTORM_REDIS_URL: 'redis://env:2', TOKENSTORM_REGION: 'west' };
    expect(readWorkerOptions({}, environment)).toMatchObject({ redisUrl: 'redis://env:2', region: 'west' });
    expect(readWorkerOptions({ ...redis, region: ['east'] }, environment)).toMatchObject({
      redisUrl: 'redis://h:1',
      region: 'east',
    });
  });

  it('take times with a unit, or in seconds, and no grace at all', () => {
    const parsed = { ...redis, lease: ['5s'], giveUp: ['1m30s'], grace: ['0'], port: ['0'] };
    expect(readWorkerOptions(parsed, {})).toMatchObject({
      leaseMs: 5000,
      giveUpMs: 90_000,
      graceMs: 0,
      port: 0,
    });
    expect(readWorkerOptions({ ...redis, grace: ['45'] }, {}).graceMs).toBe(45_000);
  });

  it('name every problem at once', () => {
    const parsed = { lease: ['1s'], giveUp: ['soon'], grace: ['-1'], processes: ['0'], port: ['65536'] };
    expect(() => readWorkerOptions(parsed, {})).toThrow(
      /6 problems.*--lease 1s.*at least 2s.*--give-up soon.*--port 65536.*--redis URL is missing.*--processes 0.*--grace -1/s,
    );
    expect(() => readWorkerOptions({ ...redis, lease: ['30s'], giveUp: ['20s'] }, {})).toThrow(
      /--give-up is shorter than --lease/,
    );
  });
});

describe('the options of tokenstorm aggregator', () => {
  it('name no InfluxDB unless one is given', () => {
    expect(readAggregatorOptions(redis, {})).toEqual({
      redisUrl: 'redis://h:1',
      leaseMs: 10_000,
      giveUpMs: 60_000,
      snapshotLog: true,
      permissions: { variables: ['*_API_KEY', '*_BASE_URL'] },
      log: 'text',
      quiet: false,
    });
  });

  it('take an InfluxDB from the flag or the environment', () => {
    const environment = { TOKENSTORM_INFLUX_URL: 'http://env:8086' };
    const influx = { url: 'http://env:8086' };
    expect(readAggregatorOptions(redis, environment).influx).toEqual(influx);
    const parsed = { ...redis, influx: ['https://i'], influxDatabase: ['load'], retention: ['2h'] };
    expect(readAggregatorOptions(parsed, environment).influx).toEqual({
      url: 'https://i',
      database: 'load',
      retention: '7200s',
    });
  });

  it('refuse what InfluxDB is told where there is none, and other addresses', () => {
    expect(() => readAggregatorOptions({ ...redis, retention: ['30d'] }, {})).toThrow(/needs --influx/);
    expect(() => readAggregatorOptions({ ...redis, influx: ['h:8086'] }, {})).toThrow(
      /--influx: expected http/,
    );
  });
});
