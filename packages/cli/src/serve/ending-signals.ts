/** What SIGTERM and Ctrl-C ask of a process that serves for long. */
export interface EndRequests {
  /** In order, at the first. */
  readonly end: () => void;
  /** At once, at the second. */
  readonly now: () => void;
}

/** Listens to SIGINT and SIGTERM until disposed. */
export function listenForEnd({ end, now }: EndRequests): Disposable {
  let heard = 0;
  const listener = () => {
    heard += 1;
    if (heard === 1) end();
    else now();
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
