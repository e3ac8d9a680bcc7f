/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL: `http_proxy` or `https_proxy` by the URL's protocol, unless `no_proxy` names
 * its host; each in lower or upper case, lower first. `undefined` where requests go straight to the server.
 */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const proxy = variable(environment, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (proxy === undefined || isExcepted(url, variable(environment, 'no_proxy') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name] ?? environment[name.toUpperCase()];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** `*`, or a host, which also stands for all names below it (a leading `.` or `*.` changes nothing), with or without a port. */
function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const match = /^(?:\*?\.)?(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry);
      const name = match?.[1] ?? entry;
      const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
      if (match?.[2] !== undefined && match[2] !== port) return false;
      return host === bracketed || host.endsWith(`.${bracketed}`);
    });
}
