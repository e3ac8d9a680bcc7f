/** What the user's Ctrl-C asks for: the first to stop starting requests and let those under way finish, the next to stop now. */
export interface StopRequests {
  readonly drain: () => void;
  readonly now: () => void;
}

/** Listens to SIGINT and SIGTERM until disposed. A third signal ends the process at once. */
export function listenForStop(requests: StopRequests): Disposable {
  let heard = 0;
  const listener = () => {
    heard += 1;
    if (heard === 1) requests.drain();
    else if (heard === 2) requests.now();
    else process.exit(130);
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
