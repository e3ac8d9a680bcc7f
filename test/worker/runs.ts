import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Coordinator } from '@tokenstorm/coordinator';
import { defaultExecution } from '@tokenstorm/core';
import type { MetricsSnapshot, RunEvent, RunPlan, Scenario, Transport, Workload } from '@tokenstorm/core';

const answer =
  'data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n' +
  'data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n' +
  'data: [DONE]\n\n';

/** A chat server that answers when the test lets it: at once, or when it is told to. */
export class ChatServer implements AsyncDisposable {
  readonly #server = createServer((request, response) => {
    request.resume();
    this.received += 1;
    if (this.holds) this.waiting.push(response);
    else send(response);
  });
  received = 0;
  holds = false;
  readonly waiting: ServerResponse[] = [];

  static async start(): Promise<ChatServer> {
    const server = new ChatServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  answerAll(): void {
    for (const response of this.waiting.splice(0)) send(response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function send(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(answer);
}

/** A workload that sends so many a second for so long. */
export function steady(ratePerSecond: number, durationMs: number): Workload['load'] {
  return {
    executor: 'constant-arrival-rate',
    ratePerSecond,
    durationMs,
    arrivals: 'constant',
    maxInFlight: 1000,
  };
}

export interface PlanChange {
  readonly runId: string;
  readonly url: string;
  readonly load: Workload['load'];
  readonly shards?: number;
  readonly apiKey?: string;
  readonly execution?: Partial<Scenario['execution']>;
  readonly prompts?: Workload['prompts'];
}

export function planOf(change: PlanChange): RunPlan {
  const { runId, url, load, shards = 1, apiKey, execution, prompts } = change;
  const target = {
    key: 'own/m',
    provider: 'own',
    type: 'openai-compatible',
    endpoint: 'chat',
    model: 'm',
    baseUrl: url,
    headers: {},
    query: {},
    tls: { insecure: false },
    http2: false,
    ...(apiKey !== undefined && { apiKey }),
  } as const;
  const workload: Workload = {
    name: 'load',
    targets: [target.key],
    load,
    startAfterMs: 0,
    warmupMs: 0,
    gracefulStopMs: 30_000,
    prompts: prompts ?? { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] },
    cacheBust: false,
    stream: true,
    extraBody: {},
    headers: {},
    slo: {},
    timeouts: { connectMs: 20_000, firstTokenMs: 60_000, idleMs: 60_000, totalMs: 60_000 },
  };
  return {
    runId,
    scenario: {
      name: `scenario of ${runId}`,
      seed: 1,
      regions: [{ name: 'eu', weight: 1 }],
      targets: [target],
      workloads: [workload],
      limits: [],
      execution: { ...defaultExecution, ...execution },
      thresholds: [],
      exports: [],
    },
    shards: Array.from({ length: shards }, (_, slice) => ({
      shard: slice,
      region: 'eu',
      slice,
      count: shards,
    })),
    snapshotIntervalMs: 100,
  };
}

/** A run as its coordinator sees it. */
export class LedRun {
  readonly coordinator: Coordinator;
  readonly snapshots: MetricsSnapshot[] = [];
  readonly events: RunEvent[] = [];
  readonly #over = new AbortController();
  readonly #plan: RunPlan;

  constructor(transport: Transport, plan: RunPlan) {
    this.coordinator = new Coordinator(transport, plan);
    this.#plan = plan;
    void this.#watch(transport.snapshots(plan.runId).read({ signal: this.#over.signal }), this.snapshots);
    void this.#watch(transport.events(plan.runId).read({ signal: this.#over.signal }), this.events);
  }

  /** Resolves when all shards are done. */
  async toItsEnd(): Promise<void> {
    await this.coordinator.handOut([]);
    await this.coordinator.start();
    await until(() => this.isDone);
  }

  get isDone(): boolean {
    const done = this.snapshots.filter(({ final }) => final).map(({ shard }) => shard);
    return new Set(done).size === this.#plan.shards.length;
  }

  sum(key: 'scheduled' | 'completed' | 'lost' | 'cancelled'): number {
    return this.snapshots
      .flatMap(({ series }) => series)
      .reduce((total, { accounting }) => total + accounting[key], 0);
  }

  close(): void {
    this.#over.abort();
  }

  async #watch<T>(entries: AsyncIterable<{ readonly value: T }>, into: T[]): Promise<void> {
    for await (const { value } of entries) into.push(value);
  }
}

/** Resolves once it holds; looks every few ms. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
