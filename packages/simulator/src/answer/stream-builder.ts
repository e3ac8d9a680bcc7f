import { joinFrames } from '../wire/frame.ts';
import type { Frame } from '../wire/frame.ts';

/** Puts frames in a row: what is no content is written together with the content that follows it. */
export class StreamBuilder {
  readonly content: Frame[] = [];
  #opening: readonly Frame[] = [];
  #waiting: Frame[] = [];

  /** Adds frames without content. */
  add(...frames: readonly Frame[]): void {
    this.#waiting.push(...frames);
  }

  /** What was added so far comes before everything else. */
  endOpening(): void {
    this.#opening = this.#waiting;
    this.#waiting = [];
  }

  addContent(frame: Frame): void {
    this.content.push(this.#waiting.length === 0 ? frame : joinFrames(this.#waiting, frame));
    this.#waiting = [];
  }

  get opening(): readonly Frame[] {
    return this.#opening;
  }

  /** What was added after the last content. */
  get tail(): readonly Frame[] {
    return this.#waiting;
  }
}
