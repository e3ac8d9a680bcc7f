/**
 * A reader that has seen enough (`| head`) closes the pipe: no fault of the command, which goes on, writes its files and ends
 * with its own exit code. Other errors of the standard streams are thrown.
 */
export function allowClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosed);
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
}
