import type { ModelBehaviour } from './behaviour.ts';
import { faultKinds } from './fault.ts';
import type { FaultKind, FaultPlan, FaultRates } from './fault.ts';
import type { Random } from './random.ts';

/** A request's place, from 1, among all, among those to its model, and among those with its body. */
export interface Ordinals {
  readonly server: number;
  readonly model: number;
  readonly body: number;
}

/** The fault of one request: by the server's plan, else the behaviour's only fault, else its plan, else its rates. */
export function chooseFault(
  behaviour: ModelBehaviour,
  serverPlan: FaultPlan,
  ordinals: Ordinals,
  random: Random,
): FaultKind | null {
  const drawn = random();
  const { faultyAttempts } = behaviour;
  const attempt = (ordinals.body - 1) % (faultyAttempts + 1);
  if (faultyAttempts > 0 && attempt === faultyAttempts) return null;
  const planned = serverPlan[ordinals.server] ?? behaviour.fault ?? behaviour.faultPlan[ordinals.model];
  if (planned !== undefined) return planned === 'none' ? null : planned;
  return faultAt(behaviour.faults, drawn);
}

/** The kind in whose share of [0, 1) the number falls; `null` beyond the last one. */
function faultAt(rates: FaultRates, drawn: number): FaultKind | null {
  let upTo = 0;
  for (const kind of faultKinds) {
    upTo += rates[kind] ?? 0;
    if (drawn < upTo) return kind;
  }
  return null;
}
