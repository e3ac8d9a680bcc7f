import type { Parse } from './context.ts';
import type { ScenarioPath } from './problem.ts';
import type { ProviderSection } from './schema.ts';
import { isKeyHeader } from './secrets.ts';
import { isRecord, valueAt } from './tree.ts';

/** True where a provider's headers carry a key, so that it needs no `api_key`. */
export function hasKeyHeader(provider: ProviderSection): boolean {
  return Object.keys(provider.headers ?? {}).some(isKeyHeader);
}

/** Refuses keys written out in a provider. */
export function checkKeys({ reading }: Parse, provider: ProviderSection, path: ScenarioPath): void {
  if (provider.api_key !== undefined && !provider.api_key.includes('${')) {
    reading.report(
      [...path, 'api_key'],
      '`api_key` holds a key itself; a scenario names an environment variable instead',
      'write api_key: ${MY_API_KEY} and set that variable, or leave api_key out where the server wants none',
    );
  }
  checkKeyHeaders(reading, [...path, 'headers']);
}

/** Refuses keys written out in headers. */
export function checkKeyHeaders(reading: Parse['reading'], path: ScenarioPath): void {
  const headers = valueAt(reading.value, path);
  for (const [name, value] of Object.entries(isRecord(headers) ? headers : {})) {
    if (!isKeyHeader(name) || String(value).includes('${')) continue;
    const message = `the header \`${name}\` holds a key itself; a scenario names an environment variable instead`;
    reading.report([...path, name], message, `write ${name}: \${MY_VARIABLE}`);
  }
}
