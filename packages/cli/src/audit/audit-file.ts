import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { AuditEntry, Environment } from '@tokenstorm/core';
import { makeFolder } from '../run/make-folder.ts';
import { runsFolder } from '../run/snapshot-store.ts';

const { O_APPEND, O_CREAT, O_RDWR } = constants;
const lineFeed = 10;

/** The audit log of this user on this machine, where nobody names another: beside the folder of the runs. */
export function defaultAuditPath(environment: Environment): string {
  return join(dirname(runsFolder(environment)), 'audit.jsonl');
}

/**
 * Adds a line to an audit log, which is made where it is missing, for its owner alone. Several processes may: each line is one write at
 * the end of the file. It is on the disk when this resolves. Rejects with what the file system says.
 */
export async function appendAudit(path: string, entry: AuditEntry): Promise<void> {
  const file = resolve(path);
  await makeFolder(dirname(file), 0o700);
  await using handle = await open(file, O_APPEND | O_CREAT | O_RDWR, 0o600);
  const start = (await endsInLine(handle)) ? '' : '\n';
  const line = Buffer.from(`${start}${JSON.stringify(entry)}\n`);
  const { bytesWritten } = await handle.write(line);
  if (bytesWritten < line.length) throw new Error('the disk is full');
  await handle.datasync();
}

/** A disk that was full may have left half a line. */
async function endsInLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  const { bytesRead } = await handle.read(last, 0, 1, size - 1);
  return bytesRead === 0 || last[0] === lineFeed;
}
