import type { Clock } from '@tokenstorm/core';
import type { HttpRequest } from '@tokenstorm/providers';
import type { Conceal } from '../request/conceal.ts';
import type {
  ClientStats,
  HttpClient,
  ResponseObserver,
  SendOptions,
  WireRequest,
} from '../wire/wire-client.ts';
import { WireTrace } from './wire-trace.ts';

/** Takes the trace of one request. */
export type TraceConsumer = (text: string) => void;

/** The one trace that a process writes, whatever the number of its clients: whoever sends first takes it. */
export class OneTrace {
  #consumer: TraceConsumer | undefined;
  /** The trace under way, or the one that was. */
  open: WireTrace | undefined;

  constructor(consumer: TraceConsumer) {
    this.#consumer = consumer;
  }

  take(): TraceConsumer | undefined {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    return consumer;
  }

  /** Closing the clients gives a request under way up, without a word: its trace ends here. */
  end(): void {
    this.open?.abort();
  }
}

/** A client whose first request is traced where no other client's was; all others it leaves as they are. */
export class TracedClient implements HttpClient {
  readonly #client: HttpClient;
  readonly #trace: OneTrace;
  readonly #parts: { readonly clock: Clock; readonly conceal: Conceal };

  constructor(
    client: HttpClient,
    trace: OneTrace,
    parts: { readonly clock: Clock; readonly conceal: Conceal },
  ) {
    this.#client = client;
    this.#trace = trace;
    this.#parts = parts;
  }

  get path(): HttpClient['path'] {
    return this.#client.path;
  }

  get stats(): ClientStats {
    return this.#client.stats;
  }

  send(request: HttpRequest, observer: ResponseObserver, options: SendOptions): WireRequest {
    const consumer = this.#trace.take();
    if (consumer === undefined) return this.#client.send(request, observer, options);
    const trace = new WireTrace(request, observer, { ...this.#parts, onEnd: consumer });
    this.#trace.open = trace;
    return withAbort(this.#client.send(request, trace, options), () => trace.abort());
  }

  close(): Promise<void> {
    this.#trace.end();
    return this.#client.close();
  }
}

/** The same request, which tells of being given up. */
function withAbort(request: WireRequest, onAbort: () => void): WireRequest {
  return {
    abort: () => {
      onAbort();
      request.abort();
    },
    get connection() {
      return request.connection;
    },
    get staleReconnects() {
      return request.staleReconnects;
    },
    get redirects() {
      return request.redirects;
    },
  };
}
