import { describe, expect, it } from 'vitest';
import { ServiceEndpoint } from './service-endpoint.ts';
import type { ServiceHealth } from './service-endpoint.ts';

describe('ServiceEndpoint', () => {
  it('serves health and metrics, and nothing else', async () => {
    let health: ServiceHealth = { details: { shards: 3 } };
    await using endpoint = await ServiceEndpoint.start({
      port: 0,
      health: () => health,
      metrics: async () => 'a_total 1\n',
    });
    const get = (path: string, method = 'GET') =>
      fetch(`http://127.0.0.1:${endpoint.port}${path}`, { method });
    const well = await get('/healthz');
    expect([well.status, await well.json()]).toEqual([200, { status: 'ok', shards: 3 }]);
    health = { reason: 'ending', details: { shards: 0 } };
    const ill = await get('/healthz?verbose');
    expect([ill.status, await ill.json()]).toEqual([
      503,
      { status: 'unavailable', reason: 'ending', shards: 0 },
    ]);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await metrics.text()).toBe('a_total 1\n');
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
    expect(await (await get('/metrics', 'HEAD')).text()).toBe('');
  });

  it('is refused on a port that is taken', async () => {
    const options = { health: () => ({ details: {} }), metrics: async () => '' };
    await using first = await ServiceEndpoint.start({ port: 0, ...options });
    await expect(ServiceEndpoint.start({ port: first.port, ...options })).rejects.toMatchObject({
      code: 'E_USAGE',
      message: expect.stringContaining('EADDRINUSE') as string,
    });
  });
});
