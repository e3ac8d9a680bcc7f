import { TokenstormError } from '@tokenstorm/core';
import { pack, unpack } from './pack.ts';
import type { RunSumState } from './run-sum.ts';

/** Of the layout of the state. */
const version = 1;

/** The state of a sum as bytes. */
export function encodeRunState(state: RunSumState): Uint8Array {
  const body = pack(state);
  const bytes = new Uint8Array(body.length + 1);
  bytes[0] = version;
  bytes.set(body, 1);
  return bytes;
}

/** The state in these bytes. Throws `E_INTERNAL` where another version wrote them, or they are damaged. */
export function decodeRunState(bytes: Uint8Array): RunSumState {
  const told = bytes[0];
  if (told !== version) throw unreadable(`it has the version ${told}, not ${version}`);
  try {
    return unpack(bytes.subarray(1)) as RunSumState;
  } catch (cause) {
    throw unreadable('it is damaged', cause);
  }
}

function unreadable(reason: string, cause?: unknown): TokenstormError {
  return new TokenstormError('E_INTERNAL', `the sum of a run cannot be read: ${reason}`, {
    hint: 'Aggregators of one fleet must be of the same version.',
    cause,
  });
}
