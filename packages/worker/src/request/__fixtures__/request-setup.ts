import { defaultExecution } from '@tokenstorm/core';
import type { RequestRecord, RetryPolicy, Timeouts, Workload } from '@tokenstorm/core';
import { providers } from '@tokenstorm/providers';
import type { Provider, ResolvedTarget } from '@tokenstorm/providers';
import { Deadlines } from '../../wire/deadlines.ts';
import { systemClock } from '../../wire/__fixtures__/exchange.ts';
import { SocketClient } from '../../wire/socket-client.ts';
import type { HttpClient } from '../../wire/wire-client.ts';
import type { Admission } from '../../admission/admission.ts';
import { gateAdmission } from '../../admission/gate-admission.ts';
import { wireAttempt } from '../attempt.ts';
import { ConcurrencyGate } from '../../admission/concurrency-gate.ts';
import { Request } from '../request.ts';
import type { RequestJob } from '../request-job.ts';
import { Retries } from '../retries.ts';

export const secret = 'sk-very-secret-key-123456';

/** A workload of streamed requests without time limits that a test could reach. */
export function workload(overrides: Partial<Workload> = {}): Workload {
  return {
    name: 'load',
    targets: ['own/m'],
    load: {
      executor: 'shared-iterations',
      vus: 1,
      iterations: 1,
      thinkTimeMs: { kind: 'fixed', value: 0 },
    },
    startAfterMs: 0,
    warmupMs: 0,
    gracefulStopMs: 30_000,
    prompts: { kind: 'messages', messages: [{ role: 'user', content: 'Hi' }] },
    cacheBust: false,
    stream: true,
    extraBody: {},
    headers: {},
    slo: {},
    timeouts: timeouts(),
    ...overrides,
  };
}

export function timeouts(overrides: Partial<Timeouts> = {}): Timeouts {
  return { connectMs: 20_000, firstTokenMs: 20_000, idleMs: 20_000, totalMs: 20_000, ...overrides };
}

/** What a request needs of its surroundings, with a client of its own. `await using` closes it. */
export class RequestSetup implements AsyncDisposable {
  readonly clock = systemClock;
  readonly deadlines = new Deadlines(systemClock);
  readonly admission: Admission;
  readonly retries: Retries;
  readonly http: HttpClient;
  /** All records so far, in the order in which they came. */
  readonly records: RequestRecord[] = [];
  /** Requests that ended without a record. */
  givenUp = 0;
  readonly #baseUrl: string;
  #awaited: { readonly count: number; readonly resolve: () => void } | undefined;

  /** At most `limit` requests at once; without a policy nothing is retried. */
  constructor(origin: string, limit?: number, retry: Partial<RetryPolicy> = {}) {
    this.#baseUrl = `${origin}/v1`;
    this.admission = gateAdmission(new ConcurrencyGate(limit));
    this.retries = new Retries({ ...defaultExecution.retry, ...retry }, 42);
    this.http = new SocketClient(systemClock, () => {
      throw new Error('nothing redirects here');
    });
  }

  job(overrides: Partial<RequestJob> = {}, provider: Provider = providers.openai.chat): RequestJob {
    const nowMs = this.clock.nowMs();
    const ofWorkload = overrides.workload ?? workload();
    return {
      workload: ofWorkload,
      client: {
        target: target(this.#baseUrl),
        provider,
        http: this.http,
        sendOptions: { connectTimeoutMs: ofWorkload.timeouts.connectMs, tls: { insecure: false } },
        attempt: wireAttempt,
        conceal: (text) => text,
      },
      admission: this.admission,
      call: {
        messages: [{ role: 'user', content: 'Hello!' }],
        stream: ofWorkload.stream,
        extraBody: {},
        headers: {},
      },
      phase: 'main',
      arrivalIndex: 0,
      intendedStartMs: nowMs,
      handOverMs: nowMs,
      scheduled: false,
      runStartMs: nowMs,
      ...overrides,
    };
  }

  request(job: RequestJob = this.job()): Request {
    return new Request(job, this, (record) => {
      if (record === undefined) this.givenUp += 1;
      else this.records.push(record);
      if (this.records.length === this.#awaited?.count) this.#awaited.resolve();
    });
  }

  /** Starts one and resolves with its record. */
  async ask(job?: RequestJob): Promise<RequestRecord> {
    const before = this.records.length;
    this.request(job).start();
    await this.ended(before + 1);
    return this.records[before]!;
  }

  /** Resolves once so many requests have ended. */
  async ended(count: number): Promise<void> {
    if (this.records.length >= count) return;
    await new Promise<void>((resolve) => (this.#awaited = { count, resolve }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http.close();
  }
}

function target(baseUrl: string): ResolvedTarget {
  return {
    key: 'own/m',
    provider: 'own',
    type: 'openai-compatible',
    endpoint: 'chat',
    model: 'm',
    baseUrl,
    apiKey: secret,
    headers: {},
    query: {},
    tls: { insecure: false },
    http2: false,
  };
}

/** The head of a response whose end is the connection's. */
export function head(statusCode = 200, contentType = 'text/event-stream'): string {
  return `HTTP/1.1 ${statusCode} X\r\ncontent-type: ${contentType}\r\nconnection: close\r\n\r\n`;
}

/** A whole response with its length. */
export function whole(body: string, statusCode = 200, contentType = 'application/json'): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${statusCode} X\r\ncontent-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}
