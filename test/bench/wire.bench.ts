import { execFileSync, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * What the wire client alone costs: `node --conditions=source test/bench/wire.bench.ts`. W1: streams of 50 events written at
 * once, 32 at a time. W2: 1,000 streams with 20 ms between events. Idle: the memory of a stream that stands still. The client
 * is pinned to core 0, the server to core 1.
 */
const flags = [
  '--conditions=source',
  '--single-threaded-gc',
  '--min-semi-space-size=2',
  '--max-semi-space-size=2',
];
const file = (name: string): string => fileURLToPath(new URL(`wire/${name}`, import.meta.url));

const server = fork(file('stream-server.ts'), {
  execPath: 'taskset',
  execArgv: ['-c', '1', process.execPath, ...flags],
});
const ports = await new Promise<Record<string, number>>((resolve) =>
  server.once('message', (message) => resolve(message as Record<string, number>)),
);
for (const workload of process.argv.length > 2 ? process.argv.slice(2) : ['w1', 'w2', 'idle']) {
  for (const client of ['raw', 'wire', 'tls']) {
    const protocol = client === 'tls' ? 'https' : 'http';
    const script = [file('load.ts'), `${protocol}://127.0.0.1:${ports[protocol]}`, workload, client];
    const command = ['-c', '0', process.execPath, ...flags, '--expose-gc', ...script];
    const figures = execFileSync('taskset', command, { encoding: 'utf8' });
    process.stdout.write(`${workload.padEnd(4)} ${client.padEnd(4)} ${figures}`);
  }
}
server.disconnect();
