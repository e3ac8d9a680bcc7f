import { isObject } from './json-value.ts';

/**
 * The body with a scenario's `extra_body` merged in last, member by member; only `stream_options` is merged one level
 * deeper, so that another option there does not turn the usage off. A null takes away what would stand there
 * (`max_tokens: null`), and is sent as null where nothing would. Changes and returns `body`.
 */
export function mergeBody(
  body: Record<string, unknown>,
  extra: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(extra)) {
    const ours = body[name];
    if (value === null && ours !== undefined) delete body[name];
    else if (name === 'stream_options' && isObject(ours) && isObject(value))
      body[name] = { ...ours, ...value };
    else body[name] = value;
  }
  return body;
}
