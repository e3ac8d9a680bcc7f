import { rmSync } from 'node:fs';
import { compactSnapshots } from './compact-snapshots.ts';

// A process of its own: LOG SHORTER END_BYTE TARGET_BYTES. See `SnapshotCompaction`.
const [source = '', destination = '', endByte, targetBytes] = process.argv.slice(2);

process.stdin.resume().on('end', () => {
  // Whoever wanted it has gone.
  rmSync(destination, { force: true });
  process.exit(1);
});

try {
  await compactSnapshots(source, destination, { endByte: Number(endByte), targetBytes: Number(targetBytes) });
  process.exit(0);
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exit(1);
}
