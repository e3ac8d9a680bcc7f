import { endpointTypeOfPath, operationOf } from './endpoint-type.ts';

/**
 * The base URL whose API is at `endpoint`, a path that ends in `/v1/chat/completions` or the like: the URL, less a `/v1`
 * at its end, with what stands before `/chat/completions`.
 */
export function baseUrlFor(url: string, endpoint: string | undefined): string {
  const type = endpoint === undefined ? undefined : endpointTypeOfPath(endpoint);
  if (endpoint === undefined || type === undefined) return url;
  const root = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  return root + endpoint.slice(0, -operationOf(type).length);
}
