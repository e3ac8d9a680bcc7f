import type { DeltaType, StreamEvent } from '@tokenstorm/providers';

/** A stream event that is no content. */
export type StateEvent = Exclude<StreamEvent, { readonly type: DeltaType }>;

/** Takes what a response says, frame by frame. */
export interface StreamSink {
  /** A frame begins: what follows until the next call belongs to it. */
  frame(): void;
  /** Content. `characters`: Unicode code points, at least 1. `tokens`: as many as the frame says, `undefined` where it does not. */
  delta(type: DeltaType, characters: number, tokens: number | undefined): void;
  event(event: StateEvent): void;
  /** The response passed a limit: it has failed as `protocol`, and nothing more of it counts. */
  cutOff(message: string): void;
}

/** Takes the text of each delta. Only for those who need it: with one, every frame is parsed in full. */
export type TextConsumer = (type: DeltaType, text: string) => void;
