import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A simulated LLM server in a process of its own, so that it takes no time from the load generator's event loop. */
export interface SimulatorProcess extends AsyncDisposable {
  /** With `/v1`. */
  readonly baseUrl: string;
}

/** Starts one on any free port. It ends when disposed, and with this process. */
export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const entry = import.meta.resolve('@tokenstorm/simulator');
  const main = fileURLToPath(new URL(entry.endsWith('.ts') ? './main.ts' : './main.js', entry));
  const child = spawn(process.execPath, [main, '--port', '0', '--any-model', '--until-input-ends'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Ctrl-C is for the run: it asks for a drain, which needs the server.
    detached: true,
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the simulator ended with exit code ${code}`))),
  ])) as [string];
  return {
    baseUrl: /https?:\/\/\S+/.exec(line)?.[0] ?? '',
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
