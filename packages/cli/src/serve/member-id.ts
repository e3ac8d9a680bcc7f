import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** A name of this process that no other has, on whatever machine: host, process id and six random digits. Part of file names. */
export function newMemberId(host: string = hostname()): string {
  const name = host.replaceAll(/[^\w-]+/g, '-').slice(0, 40);
  return `${name}-${process.pid}-${randomBytes(3).toString('hex')}`;
}
