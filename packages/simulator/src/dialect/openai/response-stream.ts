import { StreamBuilder } from '../../answer/stream-builder.ts';
import type { Frame } from '../../wire/frame.ts';
import type { ResponseEvent } from './response-events.ts';

/** Renders an event that has its sequence number. */
export type RenderEvent = (event: ResponseEvent) => Frame;

/** Numbers the events of one response and puts them in a row. */
export class ResponseStream {
  readonly frames = new StreamBuilder();
  /** The number of the event after so many content events. */
  readonly numbersAfter: number[] = [];
  readonly #render: RenderEvent;
  #next = 0;

  constructor(render: RenderEvent) {
    this.#render = render;
  }

  add(event: ResponseEvent): void {
    this.frames.add(this.#render(numbered(event, this.#next)));
    this.#next += 1;
  }

  /** What was added so far comes before everything else. */
  endOpening(): void {
    this.frames.endOpening();
    this.numbersAfter.push(this.#next);
  }

  /** Adds a content event, rendered for the number that it gets. */
  addContent(render: (sequenceNumber: number) => Frame): void {
    this.frames.addContent(render(this.#next));
    this.#next += 1;
    this.numbersAfter.push(this.#next);
  }
}

/** The event with its number where OpenAI writes it: behind its type. */
export function numbered({ type, ...rest }: ResponseEvent, sequenceNumber: number): ResponseEvent {
  return { type, sequence_number: sequenceNumber, ...rest };
}
