import { until } from './fleet.ts';
import type { CommandProcess } from './command.ts';

/** The address of what a worker or aggregator that was started with `--port 0` serves, once its log says so. */
export async function servedUrl(service: CommandProcess): Promise<string> {
  const port = () => /\/metrics on port (\d+)/.exec(service.stderr)?.[1];
  await until('a service to say its port', () => port() !== undefined);
  return `http://127.0.0.1:${port()}`;
}

/** Status and body of its `/healthz`. */
export async function health(url: string): Promise<{ readonly status: number; readonly body: object }> {
  const response = await fetch(`${url}/healthz`);
  return { status: response.status, body: (await response.json()) as object };
}

/** Values of its `/metrics` by name and labels, as they are written there. */
export async function metrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The sum of all series of a metric. */
export function sumOf(values: ReadonlyMap<string, number>, name: string): number {
  return [...values].reduce((sum, [key, value]) => (key.replace(/\{.*/, '') === name ? sum + value : sum), 0);
}
