import type {
  Clock,
  ConnectionTimes,
  FinishReason,
  RequestFailure,
  Timeouts,
  TokenUsage,
} from '@tokenstorm/core';
import { redact } from '@tokenstorm/providers';
import type { ChatCall, DeltaType } from '@tokenstorm/providers';
import { wireAttempt } from '../request/attempt.ts';
import type { AttemptResult } from '../request/attempt-run.ts';
import type { Conceal } from '../request/conceal.ts';
import type { TargetClient } from '../request/target-client.ts';
import { Deadlines } from '../wire/deadlines.ts';
import { CountingDecoder } from './event-counts.ts';
import type { EventCounts } from './event-counts.ts';

/** Characters of each channel's text that are kept. */
const maxTextCharacters = 400;

/** What one request to a target showed. Times are ms from its start; what did not happen is absent. */
export interface ProbeResult {
  readonly connection: ConnectionTimes;
  readonly statusCode?: number;
  /** Of the response, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly headMs?: number;
  readonly firstByteMs?: number;
  readonly firstTokenMs?: number;
  readonly firstAnswerMs?: number;
  readonly lastTokenMs?: number;
  readonly endMs: number;
  /** A stream of events, not one body. */
  readonly streamed: boolean;
  readonly events: EventCounts;
  readonly contentEvents: number;
  /** Tokens of each content event, where the provider gives them. */
  readonly eventTokens: readonly number[];
  readonly usage?: TokenUsage;
  readonly finishReason?: FinishReason;
  /** The dialect's own end mark came. */
  readonly hasEnded: boolean;
  /** The start of what was said, by channel. */
  readonly texts: Readonly<Partial<Record<DeltaType, string>>>;
  readonly failure?: RequestFailure;
}

/** Sends one request outside any load and tells all that was understood of its response; never rejects. */
export async function probe(
  client: TargetClient,
  call: ChatCall,
  { clock, timeouts }: { readonly clock: Clock; readonly timeouts: Timeouts },
): Promise<ProbeResult> {
  const decoder = new CountingDecoder(client.provider.decoder());
  const texts: Partial<Record<DeltaType, string>> = {};
  const add = (type: DeltaType, text: string) => {
    texts[type] = ((texts[type] ?? '') + text).slice(0, maxTextCharacters);
  };
  const provider = { ...client.provider, decoder: () => decoder };
  const job = { client: { ...client, provider }, call, workload: { timeouts }, output: { add } };
  const parts = { clock, deadlines: new Deadlines(clock) };
  const result = await new Promise<AttemptResult>((resolve) => wireAttempt(job, parts, resolve).start());
  const { conceal } = client;
  return { ...shown(result, conceal), events: decoder.counts, texts: concealed(texts, conceal) };
}

function shown(result: AttemptResult, conceal: Conceal): Omit<ProbeResult, 'events' | 'texts'> {
  const { startMs, timeline, failure } = result;
  const sinceStart = (ms: number | undefined) => (ms === undefined ? undefined : ms - startMs);
  return {
    connection: result.connection,
    headers: concealed(result.headers ?? {}, conceal),
    endMs: result.endMs - startMs,
    streamed: timeline !== undefined && result.streamed,
    contentEvents: timeline?.contentEvents ?? 0,
    eventTokens: timeline?.eventTokens() ?? [],
    hasEnded: timeline?.hasEnded ?? false,
    ...present({
      statusCode: result.statusCode,
      headMs: sinceStart(result.headMs),
      firstByteMs: sinceStart(timeline?.firstByteMs),
      firstTokenMs: sinceStart(timeline?.firstTokenMs),
      firstAnswerMs: sinceStart(timeline?.firstAnswerMs),
      lastTokenMs: sinceStart(timeline?.lastTokenMs),
      usage: timeline?.usage,
      finishReason: timeline?.finishReason,
      failure: failure && { kind: failure.kind, message: conceal(failure.message) },
    }),
  };
}

/** The texts of a response, which may repeat what it was sent. */
function concealed<T extends Readonly<Record<string, string>>>(texts: T, conceal: Conceal): T {
  const entries = Object.entries(texts).map(([name, text]) => [name, redact(conceal(text))]);
  return Object.fromEntries(entries) as T;
}

type Present<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The members that are there. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
