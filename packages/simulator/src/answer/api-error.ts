/** An error as the OpenAI API answers it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    statusCode: number,
    message: string,
    details: { readonly type?: string; readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
    this.statusCode = statusCode;
    this.type = details.type ?? 'invalid_request_error';
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }

  /** The response body: one line of JSON. */
  toBody(): string {
    const { message, type, param, code } = this;
    return JSON.stringify({ error: { message, type, param, code } });
  }
}
