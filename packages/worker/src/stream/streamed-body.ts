import type { StreamDecoder } from '@tokenstorm/providers';
import { FrameDecoder } from './frame-decoder.ts';
import type { ResponseBody } from './response-body.ts';
import { ResponseTimeline } from './response-timeline.ts';
import { SseScanner } from './sse-scanner.ts';
import type { TextConsumer } from './stream-sink.ts';

/** A body of server-sent events. */
export class StreamedBody implements ResponseBody {
  readonly timeline = new ResponseTimeline();
  readonly #scanner: SseScanner;

  constructor(decoder: StreamDecoder, onText?: TextConsumer) {
    this.#scanner = new SseScanner(new FrameDecoder(decoder, this.timeline, onText));
  }

  read(buffer: Buffer, start: number, end: number, atMs: number): void {
    if (start >= end) return;
    this.timeline.read(atMs);
    this.#scanner.write(buffer, start, end);
  }

  end(): void {
    this.#scanner.end();
  }
}
