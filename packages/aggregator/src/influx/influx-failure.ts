/**
 * What went wrong: `unreachable` (no answer), `unauthorized`, `no-database`, `too-large` (for one write), `refused` (asking again does
 * not help), `failed` (everything else: a server or proxy in trouble, an answer that nobody can read).
 */
export type InfluxFailureKind =
  | 'unreachable'
  | 'failed'
  | 'unauthorized'
  | 'no-database'
  | 'too-large'
  | 'refused';

/** A request to InfluxDB that came to nothing. Holds neither user nor password. */
export class InfluxFailure extends Error {
  override readonly name = 'InfluxFailure';
  readonly kind: InfluxFailureKind;

  constructor(kind: InfluxFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * The failure behind what the client library threw. Not kept as its cause: the library's error holds the request, and the
 * request the password.
 */
export function failureOf(cause: unknown): InfluxFailure {
  if (cause instanceof InfluxFailure) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const status = /^A (\d{3}) (.*?) error occurred: (.*)$/s.exec(message);
  if (status !== null) return failureOfStatus(Number(status[1]), reasonIn(status[3] ?? '') || status[2]!);
  if (message.startsWith('Error from InfluxDB: ')) return failureOfQuery(message.slice(21));
  const code = (cause as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return new InfluxFailure('unreachable', oneLine(message || code));
  if (message === 'Request timed out') return new InfluxFailure('unreachable', 'it did not answer in time');
  return new InfluxFailure('failed', oneLine(message));
}

/** The failure that a statement's answer tells of. */
export function failureOfQuery(message: string): InfluxFailure {
  if (/database not found/i.test(message)) return new InfluxFailure('no-database', oneLine(message));
  if (/not authorized|requires admin|unauthorized|forbidden/i.test(message))
    return new InfluxFailure('unauthorized', oneLine(message));
  return new InfluxFailure('refused', oneLine(message));
}

function failureOfStatus(status: number, reason: string): InfluxFailure {
  const message = oneLine(`${status} ${reason}`);
  if (status === 401 || status === 403) return new InfluxFailure('unauthorized', message);
  if (status === 404) return new InfluxFailure('no-database', message);
  if (status === 413) return new InfluxFailure('too-large', message);
  return new InfluxFailure(status === 400 || status === 422 ? 'refused' : 'failed', message);
}

/** `{"error":"…"}`, or `message` with 2.x. */
function reasonIn(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: unknown; message?: unknown };
    return [error, message].find((text) => typeof text === 'string') ?? body;
  } catch {
    return body;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
