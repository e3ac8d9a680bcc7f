import { productCommand } from '../product/product-command.ts';
import type { ProductEntry } from '../product/product-command.ts';
import { prompt } from './workload.ts';
import type { Peer, PeerLoad } from './workload.ts';

/** Our own product, run as the others are. */
export function tokenstorm(entry: ProductEntry): Peer {
  return {
    name: 'Tokenstorm',
    w1Requests: [20_000, 80_000],
    w2Requests: [3_000, 10_000],
    find: () => process.execPath,
    command: (_executable, { model, url, load }) => [
      ...productCommand(entry),
      'run',
      `--url=${url}`,
      `--model=${model}`,
      `--prompt=${prompt}`,
      '--json',
      '--ui=none',
      ...loadFlags(load),
    ],
    report(_job, stdout) {
      const { metrics } = JSON.parse(stdout);
      return { ttftP50Ms: metrics.ttft?.p50, ttftP99Ms: metrics.ttft?.p99 };
    },
  };
}

function loadFlags(load: PeerLoad): string[] {
  return load.kind === 'closed'
    ? ['--concurrency', String(load.users), '--request-count', String(load.requests)]
    : ['--request-rate', String(load.perSecond), '--duration', `${load.seconds}s`];
}
