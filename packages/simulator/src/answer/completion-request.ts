import type { Endpoint } from '../settings/endpoint.ts';
import { ApiError } from './api-error.ts';

/** What a checked request asks for. */
export interface CompletionRequest {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly stream: boolean;
  /** `stream_options.include_usage`; the endpoints that have no such option always include it. */
  readonly includesUsage: boolean;
  /** `null` where it was not given. */
  readonly maxTokens: number | null;
  /** Of all message or prompt texts. */
  readonly promptCharacters: number;
  /** Its parameters, unchecked but for those above. */
  readonly parameters: Body;
  /** The body's own changes to the behaviour, unchecked; `undefined` where there are none. */
  readonly changes: unknown;
}

export type Body = Readonly<Record<string, unknown>>;

/** The JSON object of a request body. Throws `ApiError` 400. */
export function parseJsonBody(bytes: Buffer): Body {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not JSON';
    throw new ApiError(400, `We could not parse the JSON body of your request: ${reason}`);
  }
  if (!isObject(body)) throw new ApiError(400, 'The request body must be a JSON object.');
  return body;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The characters of content parts: those of each part's `text`. `refuse` is called for what is no part. */
export function partCharacters(parts: readonly unknown[], refuse: () => never): number {
  return parts.reduce<number>((sum, part) => {
    if (!isObject(part) || typeof part['type'] !== 'string') return refuse();
    return sum + (typeof part['text'] === 'string' ? part['text'].length : 0);
  }, 0);
}
