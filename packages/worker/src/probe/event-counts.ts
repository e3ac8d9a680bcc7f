import type { StreamDecoder, StreamEvent } from '@tokenstorm/providers';

/** What the events of a response were, by type; `other` counts frames that mean nothing to a measurement, such as pings. */
export type EventCounts = Readonly<Record<string, number>>;

/** A decoder that counts what it understands. */
export class CountingDecoder implements StreamDecoder {
  readonly counts: Record<string, number> = {};
  readonly #decoder: StreamDecoder;

  constructor(decoder: StreamDecoder) {
    this.#decoder = decoder;
  }

  frame(payload: string): readonly StreamEvent[] {
    return this.#counted(this.#decoder.frame(payload));
  }

  chunk(value: unknown): readonly StreamEvent[] {
    return this.#counted(this.#decoder.chunk(value));
  }

  body(payload: string): readonly StreamEvent[] {
    return this.#counted(this.#decoder.body(payload));
  }

  #counted(events: readonly StreamEvent[]): readonly StreamEvent[] {
    if (events.length === 0) this.#add('other');
    for (const { type } of events) this.#add(type);
    return events;
  }

  #add(type: string): void {
    this.counts[type] = (this.counts[type] ?? 0) + 1;
  }
}
