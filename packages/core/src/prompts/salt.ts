import { Random } from '../load/random.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Words that make a text different from every other one, and what they cost. */
export interface SaltText {
  readonly text: string;
  readonly tokens: number;
}

/**
 * Words that no two indexes (0 to 2^32 - 1) of a stream share, and no two streams (0 to 65,535) of one key: the index,
 * mixed by a permutation of the 32-bit numbers so that neighbours mostly differ in the first word already, and the stream,
 * both written in words for digits. Other keys give other words: of 2^32 pairs of keys one gives the same.
 */
export class Salt {
  readonly #vocabulary: Vocabulary;
  readonly #key: number;
  readonly #streamText: SaltText;
  readonly #indexDigits: number;

  constructor(vocabulary: Vocabulary, key: string, stream: number) {
    const random = new Random(`${key}/salt`);
    this.#vocabulary = vocabulary;
    this.#key = Math.floor(random.nextUnit() * 2 ** 32);
    this.#indexDigits = digitsFor(2 ** 32, vocabulary);
    const streamKey = Math.floor(random.nextUnit() * 2 ** 16);
    this.#streamText = this.#inWords((stream ^ streamKey) & 0xffff, digitsFor(2 ** 16, vocabulary));
  }

  /** Words with a space between them. */
  at(index: number): SaltText {
    const { text, tokens } = this.#inWords(mixed(index, this.#key), this.#indexDigits);
    return { text: `${text} ${this.#streamText.text}`, tokens: tokens + this.#streamText.tokens };
  }

  #inWords(value: number, digits: number): SaltText {
    const { words, wordTokens } = this.#vocabulary;
    let [rest, text, tokens] = [value, '', 0];
    for (let digit = 0; digit < digits; digit += 1) {
      const word = rest % words.length;
      rest = Math.floor(rest / words.length);
      text += digit === 0 ? words[word]! : ` ${words[word]!}`;
      tokens += wordTokens[word]!;
    }
    return { text, tokens };
  }
}

/** Most tokens that a salt has. */
export function saltTokens(vocabulary: Vocabulary): number {
  const digits = digitsFor(2 ** 32, vocabulary) + digitsFor(2 ** 16, vocabulary);
  return digits * Math.max(...vocabulary.wordTokens);
}

function digitsFor(values: number, { words }: Vocabulary): number {
  return Math.ceil(Math.log2(values) / Math.log2(words.length));
}

/** MurmurHash3's finaliser between two additions of the key: each step can be undone, so no two indexes meet. */
function mixed(index: number, key: number): number {
  let value = (index + key) | 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) + key) >>> 0;
}
