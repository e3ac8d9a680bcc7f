// HOST PORT COUNT: asks the Redis there COUNT times whether it is there, and prints how long each answer took, ms, as JSON.
import { once } from 'node:events';
import { connect } from 'node:net';

const [host = '', port = '', count = ''] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), noDelay: true });
await once(socket, 'connect');
const roundTripsMs: number[] = [];
while (roundTripsMs.length < Number(count)) {
  const sentAtMs = performance.now();
  socket.write('PING\r\n');
  await once(socket, 'data');
  roundTripsMs.push(performance.now() - sentAtMs);
}
socket.destroy();
process.stdout.write(JSON.stringify(roundTripsMs));
