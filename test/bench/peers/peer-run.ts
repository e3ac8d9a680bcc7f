import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TruthSummary } from '@tokenstorm/simulator';
import type { SimulatorProcess } from '../../support/simulator.ts';
import { measureProcess } from '../product/measured-process.ts';
import type { ProcessResult } from '../product/measured-process.ts';
import { writeTokenizer } from './tokenizer.ts';
import type { Peer, PeerLoad, PeerReport } from './workload.ts';

/** One run of a tool: what it said, what the server knows, what it cost. */
export interface PeerRun {
  readonly report: PeerReport;
  readonly truth: TruthSummary;
  readonly cost: ProcessResult;
  /** From the command to the first request that the server received. */
  readonly startUpSeconds: number;
}

/** Runs a tool that is there; on `cores` such as `0`. Throws where it fails. */
export async function runPeer(
  peer: Peer,
  executable: string,
  simulator: SimulatorProcess,
  { model, load, cores }: { readonly model: string; readonly load: PeerLoad; readonly cores: string },
): Promise<PeerRun> {
  using folder = scratchFolder();
  const directory = folder.path;
  const tokenizer = join(directory, 'tokenizer');
  writeTokenizer(tokenizer);
  const job = { load, model, url: simulator.url, directory, tokenizer, cores: cores.split(',').length };
  await simulator.reset();
  const startedAtMs = monotonicMs();
  const environment = peer.environment ?? {};
  const cost = await measureProcess(peer.command(executable, job), { cores, environment, directory });
  const truth = await simulator.summary();
  if (truth.outcomes.completed === 0) throw new Error(`${peer.name} sent nothing: ${lastWords(cost)}`);
  const report = peer.report(job, cost.stdout);
  return {
    report,
    truth,
    cost,
    startUpSeconds: ((truth.first_received_at_ms ?? Number.NaN) - startedAtMs) / 1000,
  };
}

function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'tokenstorm-peer-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The clock of the truth log's times. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function lastWords({ exitCode, stdout, stderr }: ProcessResult): string {
  return `exit code ${exitCode}\n${stdout.slice(-1500)}\n${stderr.slice(-1500)}`;
}
