/** Waits until the promise has settled, either way, but not for longer than this. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const end = () => resolve();
  promise.then(end, end);
  await settled;
  clearTimeout(timer);
}
