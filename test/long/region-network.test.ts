import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { childrenOf } from '../support/child-processes.ts';
import { RegionNetwork } from '../support/region-network.ts';
import { roundTripsMs } from '../support/round-trips.ts';
import { startRedis } from '../support/services.ts';
import { quantileOf } from '../support/truth.ts';

it('takes the time that it was told, there and back, and nothing else', { retry: 2 }, async () => {
  await using network = await RegionNetwork.open({ near: 2.5, far: 40 });
  await using redis = await startRedis({ place: network.hub });
  const [near, far] = [network.regions['near']!, network.regions['far']!];
  const here = await roundTripsMs(network.hub, redis.url, 50);
  const [fromNear, fromFar] = [
    await roundTripsMs(near, redis.url, 50),
    await roundTripsMs(far, redis.url, 50),
  ];
  expect([Math.min(...fromNear), Math.min(...fromFar)]).toEqual([above(5), above(80)]);
  // Of the machine's own time the questions at the hub, which pass no link, tell some: the link's two wake-ups are in it twice.
  const ownMs = 1 + 2 * quantileOf(here, 0.9);
  expect(quantileOf(fromNear, 0.5)).toBeLessThan(5 + ownMs);
  expect(quantileOf(fromFar, 0.5)).toBeLessThan(80 + ownMs);
});

it('leaves nothing behind, also where what it was for has failed', async () => {
  let hub = '';
  const use = async () => {
    await using network = await RegionNetwork.open({ near: 1, far: 2 });
    hub = network.hub.address;
    expect([devicesTo(hub).length, links().length]).toEqual([1, 2]);
    throw new Error('failed');
  };
  await expect(use()).rejects.toThrow('failed');
  expect([devicesTo(hub), links()]).toEqual([[], []]);
});

function above(ms: number): unknown {
  return expect.toSatisfy((value: number) => value >= ms, `at least ${ms}`);
}

/** Of this machine, in the subnet of that address. */
function devicesTo(address: string): readonly string[] {
  const subnet = address.replace(/\d+$/, '');
  return Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some((own) => own.address.startsWith(subnet)) === true)
    .map(([name]) => name);
}

function links(): readonly number[] {
  return childrenOf(process.pid, 'delayed-link.py');
}
