import { TokenstormError } from '@tokenstorm/core';
import type { ErrorCode, ExitCode } from '@tokenstorm/core';

/** What of an error passes from one process to another. */
export interface RemoteError {
  readonly message: string;
  readonly stack?: string;
  /** Of a `TokenstormError`, with its hint and exit code. */
  readonly code?: ErrorCode;
  readonly hint?: string;
  readonly exitCode?: ExitCode;
}

export function toRemoteError(cause: unknown): RemoteError {
  if (!(cause instanceof Error)) return { message: String(cause) };
  const { message, stack } = cause;
  return {
    message,
    ...(stack !== undefined && { stack }),
    ...(cause instanceof TokenstormError && {
      code: cause.code,
      exitCode: cause.exitCode,
      ...(cause.hint !== undefined && { hint: cause.hint }),
    }),
  };
}

/** The error as it was, with the stack of the process where it came up. */
export function fromRemoteError({ message, stack, code, hint, exitCode }: RemoteError): Error {
  const options = { ...(hint !== undefined && { hint }), ...(exitCode !== undefined && { exitCode }) };
  const error = code === undefined ? new Error(message) : new TokenstormError(code, message, options);
  if (stack !== undefined) error.stack = stack;
  return error;
}
