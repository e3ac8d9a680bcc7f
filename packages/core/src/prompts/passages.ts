import { Random } from '../load/random.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A few sentences, and where they may be cut. */
interface Passage {
  readonly text: string;
  readonly tokens: number;
  /** Text lengths after each of its words and full stops. */
  readonly ends: readonly number[];
  /** Tokens up to there. */
  readonly tokensAt: readonly number[];
}

const passageCount = 256;
const sentencesPerPassage = 4;
const wordsPerSentence = 8;

/** Sentences without a meaning, made beforehand so that a prompt of any length takes a few string joins. */
export class Passages {
  readonly #passages: readonly Passage[];
  /** The word that fills up what is left: one that costs the least. */
  readonly #filler: string;
  readonly #fillerTokens: number;

  constructor(vocabulary: Vocabulary, seed: string) {
    const random = new Random(`${seed}/passages`);
    this.#passages = Array.from({ length: passageCount }, () => passage(vocabulary, random));
    this.#fillerTokens = Math.min(...vocabulary.wordTokens);
    this.#filler = ` ${vocabulary.words[vocabulary.wordTokens.indexOf(this.#fillerTokens)]!}`;
  }

  /** A text of so many tokens (or, where no word is that short, at most so many), which opens with a space; '' for 0 and less. */
  text(tokens: number, random: Random): string {
    let text = '';
    let left = tokens;
    while (left > 0) {
      const next = this.#passages[Math.floor(random.nextUnit() * passageCount)]!;
      if (next.tokens > left) return text + this.#cut(next, left);
      text += next.text;
      left -= next.tokens;
    }
    return text;
  }

  #cut({ text, ends, tokensAt }: Passage, tokens: number): string {
    let last = -1;
    while (tokensAt[last + 1]! <= tokens) last += 1;
    const cut = last < 0 ? '' : text.slice(0, ends[last]);
    const left = tokens - (last < 0 ? 0 : tokensAt[last]!);
    return cut + this.#filler.repeat(Math.floor(left / this.#fillerTokens));
  }
}

function passage({ words, wordTokens, stopTokens }: Vocabulary, random: Random): Passage {
  const ends: number[] = [];
  const tokensAt: number[] = [];
  let [text, tokens] = ['', 0];
  const add = (piece: string, cost: number) => {
    text += piece;
    tokens += cost;
    ends.push(text.length);
    tokensAt.push(tokens);
  };
  for (let sentence = 0; sentence < sentencesPerPassage; sentence += 1) {
    for (let place = 0; place < wordsPerSentence; place += 1) {
      const word = Math.floor(random.nextUnit() * words.length);
      add(` ${words[word]!}`, wordTokens[word]!);
    }
    add('.', stopTokens);
  }
  return { text, tokens, ends, tokensAt };
}
