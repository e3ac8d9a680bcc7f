/** A Redis URL without what may be secret in it: scheme, host, port and database. */
export function redisName(url: string): string {
  if (!URL.canParse(url)) return 'Redis';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
