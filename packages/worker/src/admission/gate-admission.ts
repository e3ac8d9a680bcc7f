import type { Admission, Admitted, AdmissionEnd } from './admission.ts';
import type { ConcurrencyGate } from './concurrency-gate.ts';

/** The way to a target whose provider has no token buckets: a place at the gate is all it takes. */
export function gateAdmission(gate: ConcurrencyGate): Admission {
  return {
    enter: ({ nowMs: askedMs }, onAdmitted) => {
      const giveUp = gate.enter(askedMs, (freeSinceMs) => onAdmitted(new Place(gate, askedMs, freeSinceMs)));
      if (giveUp === undefined) return undefined;
      return (nowMs) => {
        giveUp();
        return { rateLimitMs: undefined, concurrencyMs: nowMs - askedMs };
      };
    },
  };
}

/** The right to send, where a place is all it takes. */
class Place implements Admitted {
  readonly atMs: number;
  readonly rateLimitMs = undefined;
  readonly concurrencyMs: number;
  readonly #gate: ConcurrencyGate;

  /** The place may have been free before the attempt came for it; it was due then. */
  constructor(gate: ConcurrencyGate, askedMs: number, freeSinceMs: number) {
    this.#gate = gate;
    this.atMs = Math.max(freeSinceMs, askedMs);
    this.concurrencyMs = this.atMs - askedMs;
  }

  leave(end: AdmissionEnd): void {
    this.#gate.leave(end.atMs);
  }
}
