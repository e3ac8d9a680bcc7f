import type { TextConsumer } from '../stream/stream-sink.ts';

/** The text of one answer, channel by channel, kept to be counted after its end. */
export class OutputText {
  #answer = '';
  #reasoning = '';
  #tools = '';

  /** Takes the deltas as they come. */
  readonly add: TextConsumer = (type, text) => {
    if (type === 'reasoning-delta') this.#reasoning += text;
    else if (type === 'tool-delta') this.#tools += text;
    else this.#answer += text;
  };

  /** What has to be counted: a channel is a text of its own. */
  get texts(): readonly string[] {
    return [this.#answer, this.#reasoning, this.#tools].filter((text) => text !== '');
  }

  /** False with tool calls: a model writes tokens around their names and arguments that nobody gets to see. */
  get isWhole(): boolean {
    return this.#tools === '';
  }
}
