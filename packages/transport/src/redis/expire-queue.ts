import type { Redis } from 'ioredis';
import { redisPrefix, timeToLiveSeconds } from './keys.ts';

/** Of a BullMQ queue that has no end of their own. `stalled-check` has, and must keep it: it says when to look again. */
const names = ['active', 'completed', 'events', 'failed', 'id', 'marker', 'meta', 'stalled', 'wait'];

/** Keys of a BullMQ queue itself, without its jobs. */
export function queueKeys(queue: string): readonly string[] {
  return names.map((name) => `${redisPrefix}:${queue}:${name}`);
}

/** Lets a queue that nobody uses any more go after 7 days. Whoever uses it calls this now and then. */
export async function expireQueue(redis: Redis, queue: string): Promise<void> {
  await Promise.all(queueKeys(queue).map((key) => redis.expire(key, timeToLiveSeconds.ended)));
}
