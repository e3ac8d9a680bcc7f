const operation = '/chat/completions';

/**
 * Where a chat call goes: the base URL's path, `/v1` unless the path names a version already (`/v1`, `/api/paas/v4`,
 * `/v1beta/openai`), and the operation unless the path ends in it. Trailing slashes do not matter; the base URL's own
 * query is kept, `query` is set over it. Throws TypeError where `baseUrl` is no absolute URL.
 */
export function openaiChatUrl(baseUrl: string, query: Readonly<Record<string, string>>): URL {
  const url = new URL(baseUrl);
  url.pathname = chatPath(url.pathname.replace(/\/+$/, ''));
  url.hash = '';
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function chatPath(path: string): string {
  if (path.endsWith(operation)) return path;
  const namesVersion = path.split('/').some((segment) => /^v\d+(?:(?:alpha|beta)\d*)?$/.test(segment));
  return `${path}${namesVersion ? '' : '/v1'}${operation}`;
}
