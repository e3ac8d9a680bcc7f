import { cpus, release, totalmem } from 'node:os';

/** What the figures were measured on and when, in one sentence. */
export function machineLine(rounds: number): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores (${first?.model ?? 'unknown'}), ${memory} GB, Linux ${release()}, Node ${process.versions.node}`;
  const today = new Date().toISOString().slice(0, 10);
  return `Measured on ${today}: ${machine}. Each figure is the median of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`;
}
