import { readdirSync, readFileSync } from 'node:fs';
import { TokenstormError } from '@tokenstorm/core';

/** Descriptors left for files, pipes and look-ups that begin after the check. */
const spareDescriptors = 64;

/** Where the kernel says what it allows. */
export interface LimitFiles {
  /** `/proc/PID/limits`. */
  readonly limits: string;
  /** `ip_local_port_range`. */
  readonly portRange: string;
  /** The folder with one entry for each open descriptor. */
  readonly descriptors: string;
}

const kernelFiles: LimitFiles = {
  limits: '/proc/self/limits',
  portRange: '/proc/sys/net/ipv4/ip_local_port_range',
  descriptors: '/proc/self/fd',
};

/**
 * Whether this process may open the connections that a run needs at most: `connections` in all (against `ulimit -n`) and
 * `perServer` to a single address and port (against the range of local ports). Throws `E_LIMIT` where it may not; returns
 * a sentence for each check that this machine does not allow to be made.
 */
export function checkDescriptors(
  connections: number,
  perServer: number = connections,
  files: LimitFiles = kernelFiles,
): readonly string[] {
  return [...checkOpenFiles(connections, files), ...checkPorts(perServer, files)];
}

function checkOpenFiles(connections: number, files: LimitFiles): readonly string[] {
  const match = /^Max open files\s+(\d+|unlimited)/m.exec(readIfThere(files.limits) ?? '');
  if (match === null) return ['The limit on open files is not known here and was not checked.'];
  const allowed = match[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(match[1]);
  const needed = connections + openDescriptors(files) + spareDescriptors;
  if (needed <= allowed) return [];
  throw new TokenstormError(
    'E_LIMIT',
    `the run may need ${needed} open files (${connections} connections), this process is allowed ${allowed}`,
    { hint: `Raise the limit with \`ulimit -n ${needed}\`, or lower max_in_flight or the concurrency.` },
  );
}

function checkPorts(perServer: number, files: LimitFiles): readonly string[] {
  const match = /^(\d+)\s+(\d+)/.exec(readIfThere(files.portRange) ?? '');
  if (match === null) return ['The range of local ports is not known here and was not checked.'];
  const ports = Number(match[2]) - Number(match[1]) + 1;
  if (perServer <= ports) return [];
  throw new TokenstormError(
    'E_LIMIT',
    `the run may need ${perServer} connections to one server, this machine has ${ports} local ports`,
    { hint: 'Widen net.ipv4.ip_local_port_range, or spread the load over several addresses or machines.' },
  );
}

function openDescriptors(files: LimitFiles): number {
  try {
    return readdirSync(files.descriptors).length;
  } catch {
    // Where they cannot be counted, the spare ones have to do.
    return 0;
  }
}

/** `undefined` on a system that has no such file. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
