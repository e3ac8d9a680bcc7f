import { once } from 'node:events';
import { startSimulator } from '../server/start-simulator.ts';
import { SettingsError } from '../settings/checks.ts';
import { readCommandLine, simulatorUsage } from './command-line.ts';

/**
 * Runs the simulator as a command: prints its address, then serves until SIGINT or SIGTERM. Resolves to the exit code:
 * 0, or 2 where the arguments are wrong or the port cannot be had, with the reason on standard error.
 */
export async function runSimulator(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    process.stdout.write(simulatorUsage);
    return 0;
  }
  try {
    await serve(words);
    return 0;
  } catch (error) {
    if (!(error instanceof SettingsError) && !isSystemError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function serve(words: readonly string[]): Promise<void> {
  const { options, endsWithInput } = readCommandLine(words);
  const simulator = await startSimulator(options);
  // Listening for the signals before the address is out: whoever reads it may send one at once.
  const ends = [once(process, 'SIGINT'), once(process, 'SIGTERM')];
  if (endsWithInput) ends.push(once(process.stdin.resume(), 'close'));
  process.stdout.write(greeting(simulator.url));
  await Promise.race(ends);
  await simulator.close();
}

/** The address first: whoever starts the command reads it from the first line. */
function greeting(url: string): string {
  return `Simulated LLM server at ${url}/v1 (models: sim-fast, sim-slow, …; see /v1/models)
  OpenAI     POST ${url}/v1/chat/completions
             POST ${url}/v1/responses
             POST ${url}/v1/completions
  Anthropic  POST ${url}/v1/messages
  what was really sent: GET ${url}/truth/summary and /truth/records
`;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
