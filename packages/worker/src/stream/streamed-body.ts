import type { StreamDecoder } from '@tokenstorm/providers';
import { FrameDecoder } from './frame-decoder.ts';
import type { ResponseBody } from './response-body.ts';
import { inMebibytes, maxContentEvents, maxStreamBytes } from './response-limits.ts';
import { ResponseTimeline } from './response-timeline.ts';
import { SseScanner } from './sse-scanner.ts';
import type { TextConsumer } from './stream-sink.ts';

/** Why a stream of ever so many small events is not read to its end. */
export const tooManyEvents = `the stream has more than ${maxContentEvents.toLocaleString('en-US')} events with content`;

/** A body of server-sent events. */
export class StreamedBody implements ResponseBody {
  readonly timeline = new ResponseTimeline();
  readonly #scanner: SseScanner;
  #bytes = 0;

  constructor(decoder: StreamDecoder, onText?: TextConsumer) {
    this.#scanner = new SseScanner(new FrameDecoder(decoder, this.timeline, onText));
  }

  read(buffer: Buffer, start: number, end: number, atMs: number): void {
    const { timeline } = this;
    if (start >= end || timeline.isCutOff) return;
    timeline.read(atMs);
    this.#scanner.write(buffer, start, end);
    this.#bytes += end - start;
    if (this.#bytes > maxStreamBytes)
      timeline.cutOff(`the stream is longer than ${inMebibytes(maxStreamBytes)}`);
    if (timeline.contentEvents > maxContentEvents) timeline.cutOff(tooManyEvents);
  }

  end(): void {
    this.#scanner.end();
  }
}
