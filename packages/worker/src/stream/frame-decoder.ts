import type { StreamDecoder } from '@tokenstorm/providers';
import { emitEvents } from './emit-events.ts';
import { FrameTemplate } from './frame-template.ts';
import { inMebibytes, maxEventBytes } from './response-limits.ts';
import type { FrameReceiver } from './sse-scanner.ts';
import type { StreamSink, TextConsumer } from './stream-sink.ts';

/**
 * Turns the payloads of one response into calls of a sink. A payload that differs from the one parsed last in nothing
 * but its text is recognised by its bytes; any other is parsed in full by the provider's decoder. The sink cannot tell
 * which way a frame took. A text consumer turns the short way off.
 */
export class FrameDecoder implements FrameReceiver {
  readonly #decoder: StreamDecoder;
  readonly #sink: StreamSink;
  readonly #onText: TextConsumer | undefined;
  readonly #template = new FrameTemplate();

  constructor(decoder: StreamDecoder, sink: StreamSink, onText?: TextConsumer) {
    this.#decoder = decoder;
    this.#sink = sink;
    this.#onText = onText;
  }

  recognise(buffer: Buffer, start: number, end: number): boolean {
    const characters = this.#template.match(buffer, start, end);
    if (characters === 0) return false;
    this.#sink.frame();
    this.#sink.delta(this.#template.type, characters, this.#template.tokens);
    return true;
  }

  frame(buffer: Buffer, start: number, end: number): void {
    if (this.recognise(buffer, start, end)) return;
    const payload = buffer.toString('utf8', start, end);
    const events = this.#decoder.frame(payload);
    if (this.#onText === undefined) this.#template.learn(buffer, start, end, payload, events);
    emitEvents(events, this.#sink, this.#onText);
  }

  /** Counts where it is whole but for its blank line; where it was cut short it is passed over: the stream was truncated. */
  unfinishedFrame(buffer: Buffer, start: number, end: number): void {
    const events = this.#decoder.frame(buffer.toString('utf8', start, end));
    const wasCut = events.some((event) => event.type === 'error' && event.kind === 'protocol');
    if (!wasCut) emitEvents(events, this.#sink, this.#onText);
  }

  tooLong(): void {
    this.#sink.cutOff(`a line or event of the stream is longer than ${inMebibytes(maxEventBytes)}`);
  }
}
