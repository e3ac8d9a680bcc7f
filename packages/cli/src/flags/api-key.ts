const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Header names whose value is a secret. */
const secretHeaders = new Set([
  'api-key',
  'authorization',
  'cookie',
  'ocp-apim-subscription-key',
  'proxy-authorization',
  'x-api-key',
  'x-goog-api-key',
]);

/**
 * The reference `${NAME}` for `${NAME}` or `env:NAME`; undefined for anything else, which may be a key itself: on a
 * command line every user of the machine can read it with `ps`, so it is refused and must not be repeated in a message.
 */
export function apiKeyReference(value: string): string | undefined {
  const name = /^\$\{(.+)\}$/.exec(value)?.[1] ?? /^env:(.+)$/.exec(value)?.[1];
  return name !== undefined && variableName.test(name) ? `\${${name}}` : undefined;
}

/** True for the name of a header that carries a secret. */
export function isSecretHeader(header: string): boolean {
  return secretHeaders.has(header.toLowerCase());
}

/** True for a header that carries a secret literally, not by a `${NAME}` reference. */
export function isLiteralSecret(header: string, value: string): boolean {
  return isSecretHeader(header) && !/\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(value);
}
