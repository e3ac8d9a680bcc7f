import { maxKeptCharacters } from '../stream/response-limits.ts';
import type { TextConsumer } from '../stream/stream-sink.ts';

/** The text of one answer, channel by channel, kept to be counted after its end. */
export class OutputText {
  #answer = '';
  #reasoning = '';
  #tools = '';
  #characters = 0;
  readonly #onText: TextConsumer | undefined;

  /** `onText`: shows the deltas to whoever wants to see them as they come. */
  constructor(onText?: TextConsumer) {
    this.#onText = onText;
  }

  /** Takes the deltas as they come. */
  readonly add: TextConsumer = (type, text) => {
    this.#onText?.(type, text);
    this.#characters += text.length;
    if (this.isTooLong) this.#forget();
    else if (type === 'reasoning-delta') this.#reasoning += text;
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

  /** It was too long to be kept: there is nothing to count. */
  get isTooLong(): boolean {
    return this.#characters > maxKeptCharacters;
  }

  #forget(): void {
    this.#answer = '';
    this.#reasoning = '';
    this.#tools = '';
  }
}
