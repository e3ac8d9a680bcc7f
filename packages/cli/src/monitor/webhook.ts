import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertChange } from './alert.ts';
import { spanText } from './call-line.ts';
import { alertText } from './monitor-events.ts';

/** What a webhook is sent, as JSON. */
export interface WebhookMessage {
  readonly monitor: string;
  /** What must hold: `ttft: p(95) < 2s`. */
  readonly alert: string;
  readonly state: 'firing' | 'resolved';
  /** In `unit`; `null` where every call of the window failed. */
  readonly measured: number | null;
  readonly limit: number;
  readonly unit: string;
  /** Its length: `5m`. */
  readonly window: string;
  /** Calls in the window. */
  readonly calls: number;
  readonly at: string;
  /** All of it in a sentence, which chat tools show. */
  readonly text: string;
}

/** The message for a change of an alert. */
export function webhookMessage(monitor: string, change: AlertChange): WebhookMessage {
  return {
    monitor,
    alert: change.rule.name,
    state: change.state,
    measured: change.measured,
    limit: change.limit,
    unit: change.unit,
    window: spanText(change.rule.windowMs),
    calls: change.calls,
    at: new Date(change.atMs).toISOString(),
    text: `${monitor}: ${alertText(change)}`,
  };
}

/** Where messages go, and who hears of those that do not arrive. */
export interface WebhookOptions {
  /** May hold a secret anywhere: only its host is ever printed. */
  readonly url: string;
  readonly warn: (warning: string) => void;
  /** Waits between the tries, ms; default: 1 s, 5 s, 15 s. */
  readonly pausesMs?: readonly number[];
}

const defaultPausesMs = [1000, 5000, 15_000];
const requestTimeoutMs = 10_000;
/** How long the end of the monitor waits for what is under way. */
const endMs = 5000;

/** Posts messages one after the other, in order, each tried a few times; a failure is a warning. */
export class Webhook implements AsyncDisposable {
  readonly #options: WebhookOptions;
  readonly #host: string;
  readonly #hurry = new AbortController();
  #queue: Promise<void> = Promise.resolve();

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#host = URL.parse(options.url)?.host ?? 'webhook';
  }

  post(message: WebhookMessage): void {
    this.#queue = this.#queue.then(() => this.#deliver(message));
  }

  /** Gives what is under way a little time, without waiting between tries. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hurry.abort();
    await Promise.race([this.#queue, sleep(endMs, undefined, { ref: false })]);
  }

  async #deliver(message: WebhookMessage): Promise<void> {
    const pausesMs = this.#options.pausesMs ?? defaultPausesMs;
    let problem = await this.#post(message);
    for (const pauseMs of pausesMs) {
      if (problem === undefined) return;
      await sleep(pauseMs, undefined, { signal: this.#hurry.signal }).catch(() => {});
      problem = await this.#post(message);
    }
    if (problem === undefined) return;
    const what = `${message.alert} (${message.state})`;
    this.#options.warn(`the webhook at ${this.#host} was not told of ${what}: ${problem}`);
  }

  /** What went wrong, without the URL; undefined where it was taken. */
  async #post(message: WebhookMessage): Promise<string | undefined> {
    try {
      const response = await fetch(this.#options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      await response.body?.cancel();
      return response.ok ? undefined : `HTTP ${response.status}`;
    } catch (cause) {
      return failureText(cause);
    }
  }
}

/** The code alone: messages of a failed connection may repeat the URL. */
function failureText(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no answer';
  if (cause.name === 'TimeoutError') return `no answer within ${requestTimeoutMs / 1000} s`;
  const code = (cause.cause as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'no answer';
}
