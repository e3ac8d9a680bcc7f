import { readFileSync } from 'node:fs';
import type { Report } from '@tokenstorm/core';
import { CommandProcess, reportOf } from '../../support/command.ts';
import { startRedis } from '../../support/services.ts';
import type { Service } from '../../support/services.ts';
import { simulatorProcess } from '../../support/simulator.ts';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { serverCore, serverNodeFlags } from '../product/product-run.ts';

/** The core of what is measured. Everything else of a fleet is on the server's. */
const measuredCore = 0;

/** Linux counts a process's CPU time in hundredths of a second, whatever the kernel's own tick is. */
const tickMs = 10;

/** One Redis, one simulator, one worker and one aggregator, of which one has a core to itself. */
export interface BenchFleet extends AsyncDisposable {
  readonly redis: Service & { readonly url: string };
  readonly simulator: SimulatorProcess;
  readonly worker: CommandProcess;
  readonly aggregator: CommandProcess;
  /** `tokenstorm run --redis` with these words, to its end. */
  run(words: readonly string[]): Promise<Report>;
}

export async function benchFleet(measured: 'worker' | 'aggregator'): Promise<BenchFleet> {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const folder = stack.use(await temporaryFolder());
  const place = { core: serverCore, nodeFlags: serverNodeFlags };
  const simulator = stack.use(
    await simulatorProcess(
      ['--pacing', 'spin', '--all-models', '{"maxTokens": "ignored"}', '--truth', 'summary'],
      place,
    ),
  );
  const environment = { TOKENSTORM_HOME: folder.path, TOKENSTORM_REDIS_URL: redis.url };
  const start = (words: readonly string[], core: number) => {
    const process = new CommandProcess([...words, '--redis', redis.url], { environment, core });
    stack.defer(async () => {
      process.signal('SIGKILL');
      await process.ended;
    });
    return process;
  };
  const coreOf = (name: string) => (name === measured ? measuredCore : serverCore);
  const worker = start(['worker', '--region', 'default'], coreOf('worker'));
  const aggregator = start(['aggregator', '--no-snapshot-log'], coreOf('aggregator'));
  const run = async (words: readonly string[]) =>
    reportOf(await start(['run', '--json', '--quiet', '--allow-invalid', ...words], serverCore).ended);
  return { redis, simulator, worker, aggregator, run, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** User and system time of a process so far. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
