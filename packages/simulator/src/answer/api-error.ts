/** What an API's error says; its vendor gives it its shape. */
export interface ApiErrorDetails {
  /** OpenAI's `type`; default `invalid_request_error`. Anthropic's follows from the status. */
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
  /** Header lines that the answer has beside the usual ones. */
  readonly headers?: readonly string[];
}

/** An error that is an answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly headers: readonly string[];

  constructor(statusCode: number, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.statusCode = statusCode;
    this.type = details.type ?? 'invalid_request_error';
    this.param = details.param ?? null;
    this.code = details.code ?? null;
    this.headers = details.headers ?? [];
  }
}
