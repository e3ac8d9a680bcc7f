/**
 * A process that sends requests which all time out, and prints what is left of them: JSON of `Leftovers` for each phase.
 * Run: node --expose-gc --conditions=source timed-out-requests.ts ORIGIN, where ORIGIN answers as its test wants.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultExecution } from '@tokenstorm/core';
import type { Timeouts } from '@tokenstorm/core';
import { providers } from '@tokenstorm/providers';
import { ConcurrencyGate } from '../../admission/concurrency-gate.ts';
import { gateAdmission } from '../../admission/gate-admission.ts';
import { systemClock } from '../../wire/__fixtures__/exchange.ts';
import { sdkAttempt } from '../../sdk/sdk-attempt.ts';
import { sdkOf } from '../../sdk/sdk-of.ts';
import { HttpClients } from '../../wire/choose-client.ts';
import { Deadlines } from '../../wire/deadlines.ts';
import type { HttpClient } from '../../wire/wire-client.ts';
import { Request } from '../request.ts';
import type { RequestJob } from '../request-job.ts';
import { Retries } from '../retries.ts';
import type { TargetClient } from '../target-client.ts';
import { RequestSetup, timeouts, workload } from './request-setup.ts';

/** What a process holds when nothing is under way. */
interface Holding {
  readonly heapBytes: number;
  readonly descriptors: number;
  /** Sockets and timers that Node knows of. */
  readonly resources: number;
  readonly deadlines: number;
}

/** What was held before and after so many requests. */
export interface Leftovers {
  readonly phase: string;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly before: Holding;
  readonly after: Holding;
}

interface Way {
  readonly baseUrl: string;
  readonly limits: Partial<Timeouts>;
  readonly http: HttpClient;
  /** By the vendor's SDK for this endpoint instead. */
  readonly sdk?: 'chat' | 'messages';
}

const [origin = ''] = process.argv.slice(2);
const deadlines = new Deadlines(systemClock);
const admission = gateAdmission(new ConcurrencyGate(250));
const retries = new Retries(defaultExecution.retry, 1);
const parts = { clock: systemClock, deadlines, retries };

function jobOf({ baseUrl, limits, http, sdk }: Way): () => RequestJob {
  const setup = new RequestSetup(baseUrl);
  const job = setup.job({ workload: workload({ timeouts: timeouts(limits) }), admission });
  const connectTimeoutMs = job.workload.timeouts.connectMs;
  const own = { ...job.client, http, sendOptions: { connectTimeoutMs, tls: { insecure: true } } };
  const client = sdk === undefined ? own : sdkClient(own, sdk);
  return () => ({ ...job, client, handOverMs: systemClock.nowMs() });
}

function sdkClient(client: TargetClient, endpoint: 'chat' | 'messages'): TargetClient {
  const provider = endpoint === 'chat' ? providers.openai.chat : providers.anthropic.messages;
  const target = { ...client.target, endpoint };
  return { ...client, target, provider, attempt: sdkAttempt(sdkOf(target, provider)) };
}

/** Sends so many requests, in turn on each way, and counts how they ended. */
async function send(ways: readonly Way[], count: number): Promise<Record<string, number>> {
  const jobs = ways.map(jobOf);
  const outcomes: Record<string, number> = {};
  let left = count;
  await new Promise<void>((resolve) => {
    for (let index = 0; index < count; index += 1) {
      const request = new Request(jobs[index % jobs.length]!(), parts, (record) => {
        const name = record?.failure?.kind ?? record?.outcome ?? 'given up';
        outcomes[name] = (outcomes[name] ?? 0) + 1;
        left -= 1;
        if (left === 0) resolve();
      });
      request.start();
    }
  });
  return outcomes;
}

function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => /Socket|Timeout|TLS/.test(name)).length;
}

async function hold(): Promise<Holding> {
  // What is closing is given time; what is not stays, and is told.
  for (let wait = 0; wait < 100 && resources() > 0; wait += 1) await sleep(50);
  return {
    heapBytes: await settledHeapBytes(),
    descriptors: readdirSync('/proc/self/fd').length,
    resources: resources(),
    deadlines: deadlines.size,
  };
}

/** The heap once it has not shrunk for a while: undici's timers look at what they let go of twice a second. */
async function settledHeapBytes(): Promise<number> {
  let least = Infinity;
  for (let unchanged = 0; unchanged < 8; unchanged += 1) {
    globalThis.gc?.();
    const bytes = process.memoryUsage().heapUsed;
    if (bytes < least - 10_000) unchanged = 0;
    least = Math.min(least, bytes);
    await sleep(100);
  }
  return least;
}

/** Before, as many are sent as make compiled code and undici's pools (which keep their clients) as large as they get. */
async function phase(name: string, ways: readonly Way[], count: number): Promise<void> {
  await send(ways, Math.min(count, 2000));
  const before = await hold();
  const outcomes = await send(ways, count);
  const after = await hold();
  console.log(JSON.stringify({ phase: name, outcomes, before, after } satisfies Leftovers));
}

if (globalThis.gc === undefined) throw new Error('Run this with --expose-gc.');
const direct = new HttpClients(systemClock, {}).choose({ baseUrl: origin, http2: false });
const tunnel = new HttpClients(systemClock, { https_proxy: origin }).choose({
  baseUrl: 'https://model.test',
  http2: false,
});
await phase(
  'own client',
  [
    { baseUrl: origin.replace('http:', 'https:'), limits: { connectMs: 40 }, http: direct },
    { baseUrl: `${origin}/silent`, limits: { firstTokenMs: 40 }, http: direct },
    { baseUrl: `${origin}/first-token`, limits: { idleMs: 40 }, http: direct },
    { baseUrl: `${origin}/first-token`, limits: { totalMs: 40 }, http: direct },
  ],
  10_000,
);
await phase(
  'through undici',
  [
    { baseUrl: `${origin}/moved`, limits: { firstTokenMs: 60 }, http: direct },
    { baseUrl: 'https://model.test', limits: { connectMs: 40 }, http: tunnel },
  ],
  1000,
);
await phase(
  "by the vendors' SDKs",
  (['chat', 'messages'] as const).flatMap((sdk): Way[] => [
    { baseUrl: `${origin}/silent`, limits: { firstTokenMs: 40 }, http: direct, sdk },
    { baseUrl: `${origin}/first-token`, limits: { totalMs: 100 }, http: direct, sdk },
  ]),
  1000,
);
process.exit(0);
