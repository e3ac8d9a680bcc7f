/** What a client makes of the bytes of a response and the close of the connection after them. */
export interface ResponseOutcome {
  /** 0 where no head was accepted. */
  readonly statusCode: number;
  /** `name: value` lines, names in lower case, repeated ones joined, in alphabetical order. */
  readonly headers: readonly string[];
  /** Latin-1; on a failure what was delivered before it. */
  readonly body: string;
  /** The kind of a failure, `failure` where the client does not tell kinds apart. */
  readonly end: 'end' | 'reset' | 'protocol' | 'failure';
}

/** Headers in the form in which outcomes are compared: blanks at the end of a value do not count. */
export function comparableHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string[] {
  const lines = Object.entries(headers).map(([name, value]) => {
    const values = (Array.isArray(value) ? value : [value ?? '']).map((one) => one.replace(/[ \t]+$/, ''));
    return `${name}: ${values.join(', ')}`.replace(/[ \t]+$/, '');
  });
  return lines.toSorted();
}
