/** What scenarios may make this process do. What is absent is not limited; an empty list allows nothing. */
export interface Permissions {
  /** Hosts that requests may go to (see `EgressPolicy`). */
  readonly hosts?: readonly string[];
  /** Environment variables that may be put into requests: names, in which a `*` stands for any characters. */
  readonly variables?: readonly string[];
  /** Folders below which files of this machine may be read. */
  readonly folders?: readonly string[];
}

/** Variables that scenarios from elsewhere may name where nobody says which: keys of APIs, and the addresses of these. */
export const defaultVariables: readonly string[] = ['*_API_KEY', '*_BASE_URL'];

/** Names of variables that requests need in other ways than by a scenario's naming them. */
const ownVariables = ['http_proxy', 'https_proxy', 'no_proxy'];

/** Whether a scenario may name this environment variable. */
export function mayUseVariable(name: string, { variables }: Permissions): boolean {
  return variables === undefined || variables.some((pattern) => matches(pattern, name));
}

/** The environment without the variables that scenarios may not name, so that no path through the code puts them into a request. */
export function permittedEnvironment<Value>(
  environment: Readonly<Record<string, Value>>,
  permissions: Permissions,
): Readonly<Record<string, Value>> {
  if (permissions.variables === undefined) return environment;
  const entries = Object.entries(environment).filter(
    ([name]) => mayUseVariable(name, permissions) || ownVariables.includes(name.toLowerCase()),
  );
  return Object.fromEntries(entries);
}

function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}
