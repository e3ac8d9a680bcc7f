import { providers } from '@tokenstorm/providers';
import { expect, it } from 'vitest';
import { RequestSetup } from '../request/__fixtures__/request-setup.ts';
import { sdkFailure } from './sdk-failure.ts';

const { client } = new RequestSetup('http://127.0.0.1:1').job({}, providers.openai.chat);

/** As both SDKs give it: their own error, about that of `fetch`, about that of undici. */
function wrapped(code: string): Error {
  const cause = Object.assign(new Error('its own words'), { code });
  return new Error('Connection error.', { cause: new TypeError('fetch failed', { cause }) });
}

it.each([
  ['UND_ERR_HEADERS_TIMEOUT', 'first-token-timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'idle-timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connect-timeout'],
  ['ECONNREFUSED', 'connect'],
  ['EMFILE', 'generator'],
  ['ECONNRESET', 'reset'],
  ['CERT_HAS_EXPIRED', 'tls'],
])('%s is %s', (code, kind) => {
  expect(sdkFailure(wrapped(code), client).failure.kind).toBe(kind);
});

it('what the SDK throws of itself is a fault of ours', () => {
  expect(sdkFailure(new TypeError('x is not a function'), client).failure).toEqual({
    kind: 'generator',
    message: 'x is not a function',
  });
});
