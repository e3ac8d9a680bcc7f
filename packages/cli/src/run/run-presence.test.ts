import { expect, it } from 'vitest';
import { RunPresence, dataLoss } from './run-presence.ts';

/** Redis as it can be asked for one run. */
function redisOf() {
  const redis = { connectedSinceMs: 5, isThere: true };
  const runs = { isKnown: async () => redis.isThere };
  const presence = new RunPresence(
    {
      runs,
      get connectedSinceMs() {
        return redis.connectedSinceMs;
      },
    },
    'run1',
  );
  return { redis, presence };
}

it('a run that is gone while the connection stood was taken away by somebody', async () => {
  const { redis, presence } = redisOf();
  expect(await presence.look()).toBe(true);
  redis.connectedSinceMs = 70;
  expect(await presence.look()).toBe(true);
  redis.isThere = false;
  expect([await presence.look(), presence.hasDataLoss]).toEqual([false, false]);
});

it('a run that is gone after the connection was lost went with the data of Redis', async () => {
  const { redis, presence } = redisOf();
  await presence.look();
  redis.connectedSinceMs = 70;
  redis.isThere = false;
  expect([await presence.look(), presence.hasDataLoss]).toEqual([false, true]);
  expect(dataLoss('run1')).toMatchObject({ code: 'E_FLEET', exitCode: 97 });
});
