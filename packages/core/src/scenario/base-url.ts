import type { Parse } from './context.ts';
import { missingNames, resolveReferences } from './environment.ts';
import type { ScenarioPath } from './problem.ts';
import type { Region } from './scenario.ts';
import { didYouMean } from './suggestion.ts';

/** Checks a provider's `base_url`: each is an HTTP URL, and a map has exactly the regions. */
export function checkBaseUrl(
  parse: Parse,
  baseUrl: string | Readonly<Record<string, string>>,
  path: ScenarioPath,
  regions: readonly Region[] | undefined,
): void {
  if (typeof baseUrl === 'string') {
    checkUrl(parse, baseUrl, path);
    return;
  }
  for (const [region, url] of Object.entries(baseUrl)) checkUrl(parse, url, [...path, region]);
  if (regions !== undefined) checkRegions(parse, Object.keys(baseUrl), path, regions);
}

function checkRegions(
  { reading }: Parse,
  given: readonly string[],
  path: ScenarioPath,
  regions: readonly Region[],
): void {
  const names = regions.map((region) => region.name);
  for (const name of given.filter((region) => !names.includes(region))) {
    reading.report([...path, name], `\`${name}\` is not a region`, didYouMean(name, names), 'key');
  }
  const missing = names.filter((name) => !given.includes(name));
  if (missing.length > 0) {
    reading.report(path, `\`base_url\` has no URL for the region ${missing.join(', ')}`, undefined, 'key');
  }
}

/** References are checked with their values where these are known; the values are never shown. */
function checkUrl({ reading, context }: Parse, written: string, path: ScenarioPath): void {
  if (missingNames(written, context.env).length > 0) return;
  const resolved = resolveReferences(written, context.env);
  const message = urlProblem(resolved);
  if (message === undefined) return;
  const isReference = resolved !== written;
  reading.report(
    path,
    `\`base_url\`${isReference ? ', with its variables filled in,' : ''} ${message.text}`,
    message.hint,
  );
}

function urlProblem(text: string): { readonly text: string; readonly hint?: string } | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return { text: 'is not an HTTP URL', hint: 'such as http://127.0.0.1:8000/v1' };
  }
  if (url.username !== '' || url.password !== '') {
    return { text: 'holds a user name or password', hint: 'put it into headers, as a ${NAME}' };
  }
  if (url.search !== '') return { text: 'holds a query', hint: 'put it into `query` of a scenario file' };
  return url.hash === '' ? undefined : { text: 'holds a fragment', hint: 'leave out what comes after #' };
}
