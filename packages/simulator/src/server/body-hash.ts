import { hash } from 'node:crypto';

/** First 16 hex digits of the SHA-256 of a request body. */
export function bodyHash(body: Buffer): string {
  return hash('sha256', body).slice(0, 16);
}
