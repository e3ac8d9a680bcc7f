/**
 * What a command needs to be typed with to find the same Redis, with a space before it: ` --redis redis://host:6379`. Nothing
 * where the environment names it; never credentials: the user knows them.
 */
export function redisWords(url: string, { TOKENSTORM_REDIS_URL }: NodeJS.ProcessEnv): string {
  if (url === TOKENSTORM_REDIS_URL?.trim()) return '';
  return /^rediss?:\/\/[^@/?#\s]+\/?\d*$/i.test(url) ? ` --redis ${url}` : ' --redis URL';
}
