import type { HttpRequest } from '@tokenstorm/providers';

/** Most redirects that are followed for one request. */
export const maximumRedirects = 5;

/** Headers that any server may see; a key can be under any other name. */
const harmlessHeaders = new Set([
  'accept',
  'accept-language',
  'anthropic-version',
  'content-language',
  'content-type',
  'user-agent',
]);

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Whether a status asks for the request to be made elsewhere. */
export function isRedirect(statusCode: number): boolean {
  return redirectStatuses.has(statusCode);
}

/**
 * The request that a redirect asks for; `undefined` where its location is missing or no http(s) URL. By the fetch standard
 * (section 4.5): 303, and 301 and 302 after a POST, turn it into a GET without a body. To another origin go only headers that
 * hold no secret under any circumstances.
 */
export function redirectedRequest(
  request: HttpRequest,
  statusCode: number,
  location: string | undefined,
): HttpRequest | undefined {
  const url = location === undefined ? null : URL.parse(location, request.url.href);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const sameOrigin = url.origin === request.url.origin;
  const keepsBody = statusCode === 307 || statusCode === 308;
  const entries = Object.entries(request.headers).filter(
    ([name]) => (sameOrigin || harmlessHeaders.has(name)) && (keepsBody || !name.startsWith('content-')),
  );
  const headers = Object.fromEntries(entries);
  return keepsBody ? { ...request, url, headers } : { method: 'GET', url, headers, body: '' };
}
