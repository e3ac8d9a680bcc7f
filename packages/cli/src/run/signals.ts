/** What the user's Ctrl-C asks for: the first to stop starting requests and let those under way finish, the next to stop now. */
export interface StopRequests {
  readonly drain: () => void;
  readonly now: () => void;
}

/** Listens to SIGINT and SIGTERM until disposed. A third signal ends the process at once. */
export function listenForStop({ drain, now }: StopRequests): Disposable {
  return onSignals([drain, now, () => process.exit(130)]);
}

/** Answers SIGINT and SIGTERM until disposed: the first by the first of these, and so on, all further ones by the last. */
export function onSignals(answers: readonly (() => void)[]): Disposable {
  let heard = 0;
  const listener = () => {
    answers[Math.min(heard, answers.length - 1)]?.();
    heard += 1;
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
