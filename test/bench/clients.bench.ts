import { parseArgs } from 'node:util';
import type { Report } from '@tokenstorm/core';
import type { TruthSummary } from '@tokenstorm/simulator';
import { simulatorProcess } from '../support/simulator.ts';
import { clientsFile, writeBlock } from './product/performance-document.ts';
import { machineLine } from './product/machine.ts';
import { runProduct, serverCore, serverNodeFlags } from './product/product-run.ts';
import { errorMs } from './product/trend-error.ts';

/**
 * What the vendors' SDKs add beside our own client: `node --conditions=source test/bench/clients.bench.ts`, about 4
 * minutes. TTFT 200 ms, 20 ms between events, 100 events; the client is pinned to core 0, the simulator to core 1.
 *
 *   --write    put the table into docs/clients.md
 *   --streams 1,100,1000
 */
const { values: given } = parseArgs({
  options: { write: { type: 'boolean', default: false }, streams: { type: 'string', default: '1,100,1000' } },
});

/** From the start of an answer to its end. */
const answerSeconds = 0.2 + 99 * 0.02;
const seconds = 15;

const dialects = { 'openai, chat': 'chat', 'anthropic, messages': 'messages' } as const;

await using simulator = await simulatorProcess(
  ['--pacing', 'spin', '--truth', 'summary', '--all-models', '{"maxTokens": "ignored"}'],
  { core: serverCore, nodeFlags: serverNodeFlags },
);

const rows: string[] = [];
for (const streams of given.streams.split(',').map(Number)) {
  for (const [name, endpoint] of Object.entries(dialects)) {
    for (const client of ['wire', 'sdk']) rows.push(await row(name, endpoint, client, streams));
  }
}
const head = [
  '| streams | dialect | client | most open | requests/s | CPU us an event | TTFT error p50 / p99 ms | gap error p99 ms | validity |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];
const text = `${machineLine(1)}\n\n${[...head, ...rows].join('\n')}`;
process.stdout.write(`${text}\n`);
if (given.write) writeBlock('clients', text, clientsFile);

/** An open loop that keeps so many streams open, where the client can. */
async function row(name: string, endpoint: string, client: string, streams: number): Promise<string> {
  const flags = ['--model', 'sim-w2', '--endpoint-type', endpoint, '--client', client, '--prompt', 'Hello'];
  const load = ['--request-rate', String(streams / answerSeconds), '--duration', `${seconds}s`];
  const { report, truth, cost } = await runProduct('source', simulator, [...flags, ...load]);
  const cpuUs = (cost.cpuMs * 1000) / truth.content_events;
  process.stderr.write(`${name} ${client} ${streams}: CPU ${Math.round(cost.cpuMs)} ms\n`);
  return `| ${[streams, name, client, truth.open_peak, perSecond(report), cpuUs.toFixed(1), ttftError(report, truth), gapError(report, truth), report.validity.level].join(' | ')} |`;
}

function perSecond({ throughput }: Report): string {
  return (throughput.requests_per_second ?? Number.NaN).toFixed(1);
}

function ttftError({ metrics: { ttft } }: Report, truth: TruthSummary): string {
  return `${errorMs(ttft?.p50, truth.ttft.p50).toFixed(2)} / ${errorMs(ttft?.p99, truth.ttft.p99).toFixed(2)}`;
}

function gapError({ metrics: { icl } }: Report, truth: TruthSummary): string {
  return errorMs(icl?.p99, truth.itl.p99).toFixed(2);
}
