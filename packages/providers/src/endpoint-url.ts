import type { ResolvedTarget } from './provider.ts';

/** Path of an operation below the version, such as `/chat/completions`. */
export type Operation = '/chat/completions' | '/responses' | '/messages';

/** A target never changes, so neither does its URL; working it out costs as much as the rest of a request. */
const urls = new WeakMap<ResolvedTarget, URL>();

/**
 * Where a target's calls go: the base URL's path, `/v1` unless the path names a version already (`/v1`, `/api/paas/v4`,
 * `/v1beta/openai`), and the operation unless the path ends in it. Trailing slashes do not matter; the base URL's own
 * query is kept, the target's is set over it. The same URL object each time. Throws TypeError where `baseUrl` is no
 * absolute URL.
 */
export function endpointUrl(target: ResolvedTarget, operation: Operation): URL {
  const known = urls.get(target);
  if (known !== undefined) return known;
  const url = new URL(target.baseUrl);
  url.pathname = endpointPath(url.pathname.replace(/\/+$/, ''), operation);
  url.hash = '';
  for (const [name, value] of Object.entries(target.query)) url.searchParams.set(name, value);
  urls.set(target, url);
  return url;
}

function endpointPath(path: string, operation: Operation): string {
  if (path.endsWith(operation)) return path;
  const namesVersion = path.split('/').some((segment) => /^v\d+(?:(?:alpha|beta)\d*)?$/.test(segment));
  return `${path}${namesVersion ? '' : '/v1'}${operation}`;
}
