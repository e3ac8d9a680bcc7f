import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenstormError } from '@tokenstorm/core';
import type { RedisConnection } from './connection.ts';
import { redisError } from './connection-error.ts';

/** Told of what went wrong and was not given up. */
export type OnProblem = (problem: TokenstormError) => void;

/** How long to wait after an answer that was an error: out of memory, a replica, a script that runs too long. */
const againAfterMs = 500;

/**
 * The answer to a command that must not get lost. It waits while Redis is away, and asks again where Redis answers with an
 * error; rejects with `E_REDIS` once Redis is gone for good, or the connection was ended.
 */
export async function untilAnswered<T>(
  connection: RedisConnection,
  onProblem: OnProblem,
  command: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await command();
    } catch (cause) {
      const problem = problemOf(connection, cause);
      if (isEnded(connection)) throw problem;
      onProblem(problem);
      await sleep(againAfterMs);
    }
  }
}

/** Waits for a command whose failure changes nothing but is worth telling. */
export async function tellingProblems(
  connection: RedisConnection,
  onProblem: OnProblem,
  command: Promise<unknown>,
): Promise<void> {
  try {
    await command;
  } catch (cause) {
    if (!isEnded(connection)) onProblem(problemOf(connection, cause));
  }
}

/** Listens to `error` events: that Redis is away is not worth telling again with each try to reach it. */
export function connectionProblems(
  connection: RedisConnection,
  onProblem: OnProblem,
): (cause: unknown) => void {
  return (cause) => {
    if (connection.state === 'up' && !isEnded(connection)) onProblem(problemOf(connection, cause));
  };
}

/** No command is ever answered any more. */
export function isEnded(connection: RedisConnection): boolean {
  return connection.state === 'gone' || connection.commands.status === 'end';
}

function problemOf(connection: RedisConnection, cause: unknown): TokenstormError {
  return connection.problem ?? redisError(cause, connection.address);
}
