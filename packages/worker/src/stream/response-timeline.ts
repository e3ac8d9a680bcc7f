import type { FinishReason, RequestFailure, TokenUsage } from '@tokenstorm/core';
import type { DeltaType } from '@tokenstorm/providers';
import { contentStamps } from './content-stamps.ts';
import type { StateEvent, StreamSink } from './stream-sink.ts';
import { TokenTrack } from './token-track.ts';

/**
 * What one response said, and when. A frame with content is one content event, however many deltas it has; it carries
 * the stamp of the read that completed it. Stamps are ms from whatever origin the reads' stamps have.
 */
export class ResponseTimeline implements StreamSink {
  firstByteMs: number | undefined;
  /** First content event of any channel. */
  firstTokenMs: number | undefined;
  /** First content event with text, refusal or tool call. */
  firstAnswerMs: number | undefined;
  /** Between consecutive content events; 0 between those of one read. */
  readonly gapsMs: number[] = [];
  contentEvents = 0;
  reasoningEvents = 0;
  /** Unicode code points of all content. */
  characters = 0;
  usage: TokenUsage | undefined;
  finishReason: FinishReason | undefined;
  /** The dialect's end mark came. */
  hasEnded = false;
  /** The first error the response itself told of. */
  error: RequestFailure | undefined;
  /** It passed a limit: nothing more of it is to be read. */
  isCutOff = false;
  // Stored with every event: NaN rather than undefined keeps it an unboxed number.
  #lastTokenMs = NaN;
  #readMs = NaN;
  /** Content events that share the first one's stamp. */
  #firstStampEvents = 0;
  #frameHasContent = false;
  #frameHasReasoning = false;
  #frameTokens: number | undefined;
  #frameUsage: TokenUsage | undefined;
  /** Streamed tokens by the usage of the content events so far. */
  #usedTokens = 0;
  readonly #tokensByUsage = new TokenTrack();
  readonly #tokensByDelta = new TokenTrack();

  /** Last content event so far. */
  get lastTokenMs(): number | undefined {
    return this.contentEvents === 0 ? undefined : this.#lastTokenMs;
  }

  /** Body bytes were read at `atMs`: the stamp of every event that they complete. */
  read(atMs: number): void {
    this.firstByteMs ??= atMs;
    this.#readMs = atMs;
  }

  frame(): void {
    this.#closeFrame();
    this.#frameUsage = undefined;
  }

  delta(type: DeltaType, characters: number, tokens: number | undefined): void {
    if (this.#frameHasContent) this.#frameTokens = sum(this.#frameTokens, tokens);
    else this.#openContent(tokens);
    if (type !== 'reasoning-delta') this.firstAnswerMs ??= this.#readMs;
    else if (!this.#frameHasReasoning) {
      this.#frameHasReasoning = true;
      this.reasoningEvents++;
    }
    this.characters += characters;
  }

  event(event: StateEvent): void {
    if (event.type === 'usage') {
      this.usage = event.usage;
      this.#frameUsage = event.usage;
    } else if (event.type === 'finish') this.#finish(event.reason);
    else if (event.type === 'end') this.hasEnded = true;
    else this.error ??= { kind: event.kind, message: event.message };
  }

  cutOff(message: string): void {
    this.isCutOff = true;
    this.error ??= { kind: 'protocol', message };
  }

  /**
   * Tokens of each content event, in order, where the response gives them for all: by the usage in every one of them
   * (counts so far, so differences; reasoning that nobody saw left out), else by the deltas. Empty otherwise.
   */
  eventTokens(): readonly number[] {
    this.#closeFrame();
    const byUsage = this.#tokensByUsage.tokens;
    return byUsage.length > 0 ? byUsage : this.#tokensByDelta.tokens;
  }

  /** Tokens of the content events that share the first one's stamp; one for each where the response does not say. */
  firstEventTokens(): number {
    const tokens = this.eventTokens();
    if (tokens.length === 0) return this.#firstStampEvents;
    return tokens.slice(0, this.#firstStampEvents).reduce((total, count) => total + count, 0);
  }

  #openContent(tokens: number | undefined): void {
    const atMs = this.#readMs;
    contentStamps.note(atMs);
    this.#frameHasContent = true;
    this.#frameTokens = tokens;
    if (this.contentEvents === 0) this.firstTokenMs = atMs;
    else this.gapsMs.push(atMs - this.#lastTokenMs);
    this.contentEvents++;
    this.#lastTokenMs = atMs;
    if (atMs === this.firstTokenMs) this.#firstStampEvents++;
  }

  #closeFrame(): void {
    if (!this.#frameHasContent) return;
    this.#tokensByDelta.add(this.#frameTokens);
    this.#tokensByUsage.add(this.#usageStep());
    this.#frameHasContent = false;
    this.#frameHasReasoning = false;
  }

  /** Tokens that the open frame added, by its usage; `undefined` where it has none, or one that runs backwards. */
  #usageStep(): number | undefined {
    const usage = this.#frameUsage;
    if (usage?.outputTokens === undefined) return undefined;
    const { outputTokens, reasoningTokens = 0 } = usage;
    const streamed = this.reasoningEvents === 0 ? outputTokens - reasoningTokens : outputTokens;
    const step = streamed - this.#usedTokens;
    this.#usedTokens = streamed;
    return step < 0 ? undefined : step;
  }

  /** Of several choices the last to finish counts, unless a content filter stopped one. */
  #finish(reason: FinishReason): void {
    if (this.finishReason !== 'content-filter') this.finishReason = reason;
  }
}

function sum(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}
