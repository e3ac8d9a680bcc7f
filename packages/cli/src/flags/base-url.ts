/**
 * The base URL whose chat endpoint is `endpoint`, a path that ends in `/v1/chat/completions`: the URL, less a `/v1` at
 * its end, with what stands before `/chat/completions`.
 */
export function baseUrlFor(url: string, endpoint: string | undefined): string {
  if (endpoint === undefined) return url;
  const root = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  return root + endpoint.slice(0, -'/chat/completions'.length);
}
