import type { StreamEvent } from '@tokenstorm/providers';
import { countCodePoints } from './code-points.ts';
import type { StreamSink, TextConsumer } from './stream-sink.ts';

/** Hands the events of one frame to a sink, and its texts to their consumer. A delta without text is none. */
export function emitEvents(events: readonly StreamEvent[], sink: StreamSink, onText?: TextConsumer): void {
  sink.frame();
  for (const event of events) {
    if (!('text' in event)) sink.event(event);
    else if (event.text !== '') {
      sink.delta(event.type, countCodePoints(event.text), event.tokens);
      onText?.(event.type, event.text);
    }
  }
}
