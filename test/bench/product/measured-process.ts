import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { onlyDescendant, residentMemory } from './process-memory.ts';

/** What a command cost from its start to its end. */
export interface ProcessCost {
  /** User and system time of the process and of every descendant that was waited for. */
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** Peak of the sum over the process and its descendants, sampled; of a single process its own exact peak until the last sample. */
  readonly rssPeakMb: number;
  readonly processesPeak: number;
}

export interface ProcessResult extends ProcessCost {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `Date.now()` right before the start. */
  readonly startedAtEpochMs: number;
}

export interface ProcessOptions {
  /** Pins it to these cores (`taskset`): a number or a list such as `0,1`; without it the process runs anywhere. */
  readonly cores?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Between two looks at its memory. Default 100. */
  readonly sampleMs?: number;
  /** Ends it after so long. Default 600,000. */
  readonly timeoutMs?: number;
}

/** Runs the words with bash's `times` after them, whose line for the children has ms: GNU time has hundredths of a second. */
const script = '"$@" 3>&-; code=$?; times >&3; exit $code';

/** Runs a command to its end and says what it cost. */
export async function measureProcess(
  command: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const pinned = options.cores === undefined ? command : ['taskset', '-c', options.cores, ...command];
  const startedAtEpochMs = Date.now();
  const startMs = performance.now();
  const child = spawn('bash', ['-c', script, 'bash', ...pinned], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    timeout: options.timeoutMs ?? 600_000,
  });
  const memory = new PeakMemory(child, options.sampleMs ?? 100);
  const [stdout, stderr, times] = await Promise.all([1, 2, 3].map((index) => contents(child, index)));
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return {
    exitCode: child.exitCode ?? 1,
    elapsedMs: performance.now() - startMs,
    cpuMs: childrenMs(times ?? ''),
    ...memory.stop(),
    stdout: stdout ?? '',
    stderr: stderr ?? '',
    startedAtEpochMs,
  };
}

class PeakMemory {
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  #peakBytes = 0;
  #processesPeak = 0;

  constructor(child: ChildProcess, sampleMs: number) {
    this.#child = child;
    this.#timer = setInterval(() => this.#sample(), sampleMs);
  }

  stop(): Pick<ProcessCost, 'rssPeakMb' | 'processesPeak'> {
    clearInterval(this.#timer);
    return { rssPeakMb: this.#peakBytes / 1e6, processesPeak: this.#processesPeak };
  }

  #sample(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    // Bash itself stays the parent, so the command is its child.
    const command = onlyDescendant(pid);
    const memory = command === pid ? undefined : residentMemory(command);
    if (memory === undefined) return;
    const bytes = memory.processes === 1 ? memory.peakBytes : memory.treeBytes;
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    this.#processesPeak = Math.max(this.#processesPeak, memory.processes);
  }
}

function contents(child: ChildProcess, index: number): Promise<string> {
  return text(child.stdio[index] as Readable);
}

/** The sum of the second line of `times`, such as `0m1.240s 0m0.350s`. */
function childrenMs(times: string): number {
  const line = times.trim().split('\n').at(-1) ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
}
