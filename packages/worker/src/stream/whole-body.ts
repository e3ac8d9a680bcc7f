import type { StreamDecoder } from '@tokenstorm/providers';
import { emitEvents } from './emit-events.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { ResponseBody } from './response-body.ts';
import { inMebibytes, maxBodyBytes } from './response-limits.ts';
import { ResponseTimeline } from './response-timeline.ts';
import type { TextConsumer } from './stream-sink.ts';

/** A body that was not streamed: collected, and read at its end. All of it is one content event, with the last read's stamp. */
export class WholeBody implements ResponseBody {
  readonly timeline = new ResponseTimeline();
  readonly #decoder: StreamDecoder;
  readonly #onText: TextConsumer | undefined;
  #bytes: GrowingBytes | undefined = new GrowingBytes();

  constructor(decoder: StreamDecoder, onText?: TextConsumer) {
    this.#decoder = decoder;
    this.#onText = onText;
  }

  read(buffer: Buffer, start: number, end: number, atMs: number): void {
    if (start >= end) return;
    this.timeline.read(atMs);
    if (this.#bytes === undefined) return;
    if (this.#bytes.length + end - start > maxBodyBytes) this.#fail();
    else this.#bytes.append(buffer, start, end);
  }

  end(): void {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    if (bytes === undefined) return;
    const payload = bytes.buffer.toString('utf8', 0, bytes.length);
    emitEvents(this.#decoder.body(payload), this.timeline, this.#onText);
  }

  #fail(): void {
    this.#bytes = undefined;
    this.timeline.cutOff(`the body is longer than ${inMebibytes(maxBodyBytes)}`);
  }
}
