import type { ChatCall, ResolvedTarget } from './provider.ts';

/** Headers that only the client can know; a scenario's are left out. */
const clientHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'accept-encoding',
]);

/** Lower-case headers of a JSON request: the dialect's own, over them the target's, over these the call's. */
export function requestHeaders(
  call: ChatCall,
  target: ResolvedTarget,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    ...own,
  };
  for (const given of [target.headers, call.headers]) {
    for (const [name, value] of Object.entries(given)) setHeader(headers, name.toLowerCase(), value);
  }
  return headers;
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (!clientHeaders.has(name)) headers[name] = value;
}
