import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { Fleet, until } from '../../support/fleet.ts';
import { fleetScenario, steady } from '../../support/fleet-scenario.ts';
import { SecretSearch } from '../../support/secret-search.ts';
import { simulatorProcess } from '../../support/simulator.ts';

const secrets = { API_KEY: 'q7Zp0-first.Secret/Value+1=', SESSION: 'zz81fourthSecretValue' };

/** Looked at while the run goes on and at its end: keys of a run are removed when it is over. */
it('leaves no key in Redis, in InfluxDB, in a file or in what the processes print', async () => {
  await using simulator = await simulatorProcess();
  await simulator.setModels({ open: { ttftMs: 20, itlMs: 5, tokens: 4 }, faulty: { fault: 'server_error' } });
  await using fleet = await Fleet.start({
    workers: { east: 1, west: 1 },
    influx: true,
    environment: secrets,
  });
  const base = fleetScenario(simulator.url, { open: steady(20, 8), faulty: steady(5, 8) }) as {
    readonly providers: readonly object[];
  };
  const providers = base.providers.map((provider) => ({
    ...provider,
    api_key: '${API_KEY}',
    headers: { 'x-session': '${SESSION}' },
  }));
  const run = await fleet.run({ ...base, providers });
  const search = new SecretSearch(secrets);
  await until('the run to be under way', async () => (await simulator.summary()).received > 60);
  const during = await dump(fleet.redis.url);
  // A prompt's model is in the plan, a series' provider in the snapshots: both have been unpacked.
  expect(during.toString('latin1')).toMatch(/x-session[^]*to-faulty|to-faulty[^]*x-session/);
  const { stdout, stderr, exitCode, report } = await run.end();
  expect({ exitCode, completed: report.accounting.completed }).toEqual({ exitCode: 0, completed: 160 });
  const after = await dump(fleet.redis.url);
  const points = await influxDump(fleet.influx?.url ?? '');
  expect(points).toContain('ttft');
  const printed = [
    stdout,
    stderr,
    ...[...fleet.workers, ...fleet.aggregators].map((one) => one.stdout + one.stderr),
  ];
  expect([
    ...search.in(during, 'Redis during the run'),
    ...search.in(after, 'Redis after the run'),
    ...search.in(points, 'InfluxDB'),
    ...printed.flatMap((text, index) => search.in(text, `output ${index}`)),
    ...(await search.inFolder(fleet.home)),
  ]).toEqual([]);
}, 90_000);

/** Every key of a Redis with its value's bytes, unpacked as far as Redis itself packs it. */
async function dump(url: string): Promise<Buffer> {
  const redis = new Redis(url);
  try {
    const parts: Buffer[] = [];
    for (const key of await redis.keys('*'))
      parts.push(Buffer.from(`\n${key}\n`), ...(await valueOf(redis, key)));
    return Buffer.concat(parts.flatMap(unpacked));
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<readonly Buffer[]> {
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => redis.getBuffer(key),
    hash: () => redis.hgetallBuffer(key),
    list: () => redis.callBuffer('LRANGE', key, '0', '-1'),
    set: () => redis.smembersBuffer(key),
    zset: () => redis.callBuffer('ZRANGE', key, '0', '-1'),
    stream: () => redis.callBuffer('XRANGE', key, '-', '+'),
  };
  const read = readers[await redis.type(key)];
  return read === undefined ? [] : buffersIn(await read());
}

/** The bytes, and what they are where they are packed, with or without a byte or two before it. */
function unpacked(bytes: Buffer): readonly Buffer[] {
  const ways = [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync];
  const inside = [0, 1, 2].flatMap((start) =>
    ways.flatMap((unpack) => {
      try {
        return [unpack(bytes.subarray(start))];
      } catch {
        return [];
      }
    }),
  );
  return [bytes, ...inside];
}

function buffersIn(value: unknown): readonly Buffer[] {
  if (Buffer.isBuffer(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(buffersIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(buffersIn) : [];
}

async function influxDump(url: string): Promise<string> {
  const query = encodeURIComponent('SELECT * FROM /.*/');
  return (await fetch(`${url}/query?db=tokenstorm&q=${query}`)).text();
}
