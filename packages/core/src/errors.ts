/** Process exit codes: a contract with scripts and CI (see docs/exit-codes in the README). */
export const exitCodes = {
  passed: 0,
  internal: 1,
  usage: 2,
  invalidMeasurement: 5,
  aborted: 97,
  thresholdFailed: 99,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Stable names of what Tokenstorm itself throws. A failed request is a record, never one of these. */
export type ErrorCode =
  | 'E_USAGE'
  | 'E_SCENARIO_INVALID'
  | 'E_FILE'
  | 'E_LIMIT'
  | 'E_TARGET'
  | 'E_NOT_ALLOWED'
  | 'E_REDIS'
  | 'E_INFLUX'
  | 'E_FLEET'
  | 'E_INTERNAL'
  | 'E_ACCOUNTING';

/** An error of ours: what happened (`message`), what to do about it (`hint`), and how the process ends (`exitCode`). */
export class TokenstormError extends Error {
  override readonly name = 'TokenstormError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? defaultExitCode(code);
  }
}

/** What the user can put right. */
const userErrors: ReadonlySet<ErrorCode> = new Set([
  'E_USAGE',
  'E_SCENARIO_INVALID',
  'E_FILE',
  'E_LIMIT',
  'E_TARGET',
  'E_NOT_ALLOWED',
]);

function defaultExitCode(code: ErrorCode): ExitCode {
  if (code === 'E_REDIS' || code === 'E_FLEET' || code === 'E_INFLUX') return exitCodes.aborted;
  return userErrors.has(code) ? exitCodes.usage : exitCodes.internal;
}
