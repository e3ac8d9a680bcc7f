const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  529: 'Site Overloaded',
};

/** A response head with these header lines, blank line included. */
export function responseHead(statusCode: number, headers: readonly string[]): string {
  const lines = [`HTTP/1.1 ${statusCode} ${reasons[statusCode] ?? 'Unknown'}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A whole response with a JSON or other text body. */
export function wholeResponse(
  statusCode: number,
  body: string,
  headers: readonly string[],
  contentType = 'application/json',
): string {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return responseHead(statusCode, [`content-type: ${contentType}`, length, ...headers]) + body;
}
