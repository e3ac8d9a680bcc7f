import { errorText, isShortage } from './failure.ts';
import type { WireFailure } from './wire-client.ts';

/** Error codes of Node and undici that say more than their syscall does. */
const kindByCode: Readonly<Record<string, WireFailure['kind']>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'protocol',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'protocol',
  UND_ERR_INVALID_ARG: 'generator',
  UND_ERR_ABORTED: 'connect',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_PRX_TLS: 'tls',
  EPROTO: 'tls',
};

const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** What an error of undici is in our terms. */
export function undiciFailure(error: Error): WireFailure {
  return { kind: kindOf(error), message: errorText(error) };
}

function kindOf(error: Error & { code?: unknown; syscall?: unknown }): WireFailure['kind'] {
  const code = typeof error.code === 'string' ? error.code : '';
  const known = kindByCode[code];
  if (known !== undefined) return known;
  if (tlsCode.test(code)) return 'tls';
  if (isShortage(error)) return 'generator';
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo' || code === 'ECONNREFUSED')
    return 'connect';
  return error.name === 'HTTPParserError' || code.startsWith('ERR_HTTP2') ? 'protocol' : 'reset';
}
