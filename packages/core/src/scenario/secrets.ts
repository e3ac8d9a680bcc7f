import { durationPattern } from './duration.ts';
import type { ScenarioPath } from './problem.ts';

/** Headers that carry a key. */
const keyHeaders = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
];

/** True where a value stays a `${NAME}` reference that the worker (of an export, whoever folds the run) resolves: api_key, headers, query, base_url and the URL of an export. */
export function isWorkerResolved(path: ScenarioPath): boolean {
  if (path[0] === 'providers') return ['api_key', 'headers', 'query', 'base_url'].includes(String(path[2]));
  if (path[0] === 'defaults') return path[1] === 'headers';
  if (path[0] === 'output') return path[3] === 'url';
  return path[0] === 'workload' && path[3] === 'headers';
}

/** True for a place that must hold a reference, never the key itself. */
export function isKeyPlace(path: ScenarioPath): boolean {
  const last = String(path.at(-1)).toLowerCase();
  const isProviderKey = path[0] === 'providers' && path.length === 3 && last === 'api_key';
  return isProviderKey || (path.at(-2) === 'headers' && isKeyHeader(last));
}

/** True for the name of a header that carries a key. */
export function isKeyHeader(name: string): boolean {
  return keyHeaders.includes(name.toLowerCase());
}

/** True for the name of a parameter that probably carries a key. */
export function isKeyName(name: string): boolean {
  return /(?:^|[-_ ])(?:api[-_ ]?key|key|secret|password|token|sig|signature)$/i.test(name);
}

const keyWithValue =
  /((?:[\w-]*(?:api[-_ ]?k|key|secret|password|authorization|cookie)[\w-]*|[\w-]*token)["']?\s*:\s*)("[^"]*"?|'[^']*'?|[^,}#]+)/gi;
/** As vendors, code hosts and JSON web tokens write theirs, and what follows a scheme of `Authorization`. */
const bareKey =
  /\b(?:sk|pk|gsk|xai|key)-[\w-]{8,}|\bAIza[\w-]{20,}|\b(?:gh[a-z]_|github_pat_|hf_|glpat-|xox[a-z]-)[\w-]{16,}|\bAKIA[A-Z\d]{16}|\beyJ[\w-]{10,}\.[\w.-]+|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const credentials = /(\/\/)[^/\s@"']+@/g;

/** The line with everything that may be a key replaced by as many asterisks, so that columns stay. */
export function maskKeys(line: string): string {
  return line
    .replaceAll(keyWithValue, (whole, name: string, value: string) =>
      isHarmless(value) ? whole : name + stars(value.trimEnd()) + value.slice(value.trimEnd().length),
    )
    .replaceAll(bareKey, (found) => (found.includes('${') ? found : stars(found)))
    .replaceAll(credentials, (found, slashes: string) =>
      found.includes('${') ? found : `${slashes}${stars(found.slice(slashes.length, -1))}@`,
    );
}

function isHarmless(value: string): boolean {
  const bare = value.trim();
  return value.includes('${') || durationPattern.test(bare) || /^(?:\d*|true|false|null)$/.test(bare);
}

function stars(text: string): string {
  return '*'.repeat(text.length);
}
