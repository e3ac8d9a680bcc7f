import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, getCACertificates, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { TlsSettings } from '@tokenstorm/core';

/** A server as connections see it: all requests of one origin and the same TLS settings share a pool. */
export interface Origin {
  /** Host name or IP address, the latter without brackets. */
  readonly host: string;
  readonly port: number;
  /** Present for https. */
  readonly tls: OriginTls | undefined;
}

export interface OriginTls {
  readonly context: SecureContext;
  readonly rejectUnauthorized: boolean;
  /** The name asked for in the handshake (SNI); absent for an IP address. */
  readonly servername: string | undefined;
}

/** The origin of an `http:` or `https:` URL. Throws where the authorities are not PEM. */
export function originOf(url: URL, settings: TlsSettings): Origin {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { host, port, tls: secure ? originTls(host, settings) : undefined };
}

function originTls(host: string, settings: TlsSettings): OriginTls {
  const ca = certificateAuthorities(settings);
  return {
    context: createSecureContext(ca === undefined ? {} : { ca: [...ca] }),
    rejectUnauthorized: !settings.insecure,
    servername: isIP(host) === 0 ? host : undefined,
  };
}

/**
 * The trusted authorities in PEM; `undefined` means Node's own. Given ones are added to those, where
 * Node would replace them. Throws where they are no certificates.
 */
export function certificateAuthorities(settings: TlsSettings): readonly string[] | undefined {
  if (settings.ca === undefined) return undefined;
  // Node passes over what is no certificate in silence; this throws.
  const isCertificate = new X509Certificate(settings.ca).raw.length > 0;
  return isCertificate ? [...defaultAuthorities(), settings.ca] : undefined;
}

function defaultAuthorities(): readonly string[] {
  // Newer than the oldest Node that is supported.
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates;
}
