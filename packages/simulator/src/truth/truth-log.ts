import { monotonicMs } from '../pacing/monotonic-clock.ts';
import type { FaultKind } from '../settings/fault.ts';
import type { TruthOptions } from '../settings/options.ts';
import type { Content } from '../wire/frame.ts';
import { BodyCount } from './body-count.ts';
import { TruthFile } from './truth-file.ts';
import type { TruthOutcome, TruthRecord } from './truth-record.ts';
import type { TruthSummary } from './truth-summary.ts';
import { TruthTotals } from './truth-totals.ts';

/** What a record starts from. */
export type ReceivedRequest = Pick<
  TruthRecord,
  | 'path'
  | 'endpoint'
  | 'connection'
  | 'request_on_connection'
  | 'client'
  | 'body_bytes'
  | 'body_hash'
  | 'received_at_ms'
>;

/** What a request asks for, in tokens. */
export interface AskedTokens {
  readonly input: number;
  /** `null` where it names no limit. */
  readonly output: number | null;
  /** On top of what will be streamed. */
  readonly hiddenReasoning: number;
}

/** Keeps what really happened: a record for each request, totals, and what the connections carried. */
export class TruthLog {
  readonly isFull: boolean;
  readonly #maxRecords: number;
  readonly #file: TruthFile | null;
  readonly #open = new Set<TruthRecord>();
  #finished: TruthRecord[] = [];
  #dropped = 0;
  #bodies = new BodyCount();
  #totals = new TruthTotals(monotonicMs());
  #otherRequests = 0;
  #connectionsOpened = 0;
  #connectionsOpen = 0;
  #connectionsPeak = 0;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(options: TruthOptions) {
    this.isFull = options.level !== 'summary';
    this.#maxRecords = options.maxRecords ?? 100_000;
    this.#file = options.file === undefined ? null : new TruthFile(options.file);
  }

  /** The record of a request that was just received. */
  begin(received: ReceivedRequest): TruthRecord {
    const record: TruthRecord = {
      id: '',
      ordinal: this.#totals.begin(received.received_at_ms),
      model_ordinal: 0,
      model: '',
      stream: false,
      ...received,
      body_ordinal: this.isFull ? this.#bodies.next(received.body_hash) : 0,
      asked_input_tokens: 0,
      asked_output_tokens: null,
      asked_tokens: 0,
      received_at_epoch_ms: Date.now(),
      service_at_ms: null,
      status_code: 0,
      outcome: 'open',
      fault: null,
      limited_by: null,
      first_write_at_ms: null,
      last_write_at_ms: null,
      first_content_at_ms: null,
      last_content_at_ms: null,
      content_events: 0,
      content_ms: [],
      content_tokens: [],
      tokens: 0,
      reasoning_events: 0,
      reasoning_tokens: 0,
      hidden_reasoning_tokens: 0,
      end_at_ms: null,
      usage: null,
      token_counts: null,
      aborted_by_client_at_ms: null,
    };
    this.#open.add(record);
    return record;
  }

  setModel(record: TruthRecord, model: string): void {
    record.model = model;
    record.model_ordinal = this.#totals.beginModel(model);
  }

  setAsked(record: TruthRecord, { input, output, hiddenReasoning }: AskedTokens): void {
    record.asked_input_tokens = input;
    record.asked_output_tokens = output;
    record.asked_tokens = input + (output ?? 0);
    record.hidden_reasoning_tokens = hiddenReasoning;
  }

  /** Which request with this body it is, from 1. Counts it now where `begin` did not. */
  bodyOrdinal(record: TruthRecord, hash: () => string): number {
    return record.body_ordinal > 0 ? record.body_ordinal : this.#bodies.next(hash());
  }

  setFault(record: TruthRecord, fault: FaultKind): void {
    record.fault = fault;
    this.#totals.beginFault(fault);
  }

  setService(record: TruthRecord): void {
    record.service_at_ms = monotonicMs();
    if (this.#open.has(record)) this.#totals.queueWait.record(record.service_at_ms - record.received_at_ms);
  }

  /** Notes the write of a content event, and how late it was. */
  addContent(record: TruthRecord, content: Content, atMs: number, lateMs: number): void {
    this.#totals.pacingError.record(lateMs);
    if (record.last_content_at_ms !== null) this.#totals.itl.record(atMs - record.last_content_at_ms);
    record.first_content_at_ms ??= atMs;
    record.last_content_at_ms = atMs;
    record.content_events += 1;
    record.tokens += content.tokens;
    if (content.isReasoning) {
      record.reasoning_events += 1;
      record.reasoning_tokens += content.tokens;
    }
    if (!this.isFull) return;
    record.content_ms.push(atMs - record.received_at_ms);
    record.content_tokens.push(content.tokens);
  }

  /** Closes a record; one from before a reset is forgotten. */
  end(record: TruthRecord, outcome: TruthOutcome): void {
    record.outcome = outcome;
    record.end_at_ms = monotonicMs();
    if (!this.#open.delete(record)) return;
    this.#totals.end(record);
    this.#file?.append(record);
    if (this.isFull) this.#keep(record);
  }

  addOtherRequest(): void {
    this.#otherRequests += 1;
  }

  addConnection(): void {
    this.#connectionsOpened += 1;
    this.#connectionsOpen += 1;
    this.#connectionsPeak = Math.max(this.#connectionsPeak, this.#connectionsOpen);
  }

  removeConnection(): void {
    this.#connectionsOpen -= 1;
  }

  addBytes(received: number, sent: number): void {
    this.#bytesReceived += received;
    this.#bytesSent += sent;
  }

  summary(): TruthSummary {
    return {
      ...this.#totals.totals(),
      now_ms: monotonicMs(),
      other_requests: this.#otherRequests,
      connections_opened: this.#connectionsOpened,
      connections_open: this.#connectionsOpen,
      connections_peak: this.#connectionsPeak,
      bytes_received: this.#bytesReceived,
      bytes_sent: this.#bytesSent,
      records_dropped: this.#dropped + Math.max(0, this.#finished.length - this.#maxRecords),
    };
  }

  records(): TruthRecord[] {
    if (!this.isFull) return [];
    const kept = this.#finished.slice(Math.max(0, this.#finished.length - this.#maxRecords));
    return [...kept, ...this.#open].toSorted((one, other) => one.ordinal - other.ordinal);
  }

  reset(): void {
    this.#open.clear();
    this.#finished = [];
    this.#dropped = 0;
    this.#bodies = new BodyCount();
    this.#totals = new TruthTotals(monotonicMs());
    this.#otherRequests = 0;
    this.#connectionsOpened = 0;
    this.#connectionsPeak = this.#connectionsOpen;
    this.#bytesReceived = 0;
    this.#bytesSent = 0;
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  #keep(record: TruthRecord): void {
    this.#finished.push(record);
    if (this.#finished.length < 2 * this.#maxRecords + 1_000) return;
    const excess = this.#finished.length - this.#maxRecords;
    this.#finished = this.#finished.slice(excess);
    this.#dropped += excess;
  }
}
