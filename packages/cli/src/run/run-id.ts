import { randomBytes } from 'node:crypto';

/** A run's name among all runs: its start to the second, UTC, and six random letters: `20261121-084512-k3v9qd`. */
export function newRunId(epochMs: number): string {
  const second = new Date(epochMs).toISOString().slice(0, 19);
  const random = [...randomBytes(6)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');
  return `${second.replaceAll(/[-:]/g, '').replace('T', '-')}-${random}`;
}
