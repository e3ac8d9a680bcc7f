import { plainWords } from './words.ts';

/** The words that prompts are made of, and what they cost in tokens. */
export interface Vocabulary {
  /** At least 2. */
  readonly words: readonly string[];
  /** Tokens of each word, the space before it included. */
  readonly wordTokens: readonly number[];
  /** Tokens of the full stop after a word. */
  readonly stopTokens: number;
}

/** Words of one token make lengths exact; with fewer of them than this, texts would repeat themselves. */
const leastPlain = 64;

/** Every word and the full stop is one token: right for the tokenizers that the words were chosen by, an estimate for others. */
export const plainVocabulary: Vocabulary = {
  words: plainWords,
  wordTokens: plainWords.map(() => 1),
  stopTokens: 1,
};

/** Texts whose token counts, in this order, tell `measuredVocabulary` what each word costs. */
export function vocabularyProbes(): readonly string[] {
  return [
    opening,
    `${opening}. ${opening}`,
    ...plainWords,
    ...plainWords.map((word) => `${opening} ${word}`),
  ];
}

const opening = 'the';

/** The vocabulary as a tokenizer sees it: the words that it takes for one token, or all of them where these are few. */
export function measuredVocabulary(counts: readonly number[]): Vocabulary {
  const [openingTokens = 1, stopped = 3] = counts;
  const costs = plainWords.map((word, index) => {
    const first = counts[2 + index] ?? 1;
    const later = (counts[2 + plainWords.length + index] ?? 2) - openingTokens;
    return { word, first, later };
  });
  const openingLater = costs.find(({ word }) => word === opening);
  const plain = costs.filter(({ first, later }) => first === 1 && later === 1);
  const chosen = plain.length >= leastPlain ? plain : costs;
  return {
    words: chosen.map(({ word }) => word),
    wordTokens: chosen.map(({ later }) => Math.max(1, later)),
    stopTokens: Math.max(1, stopped - openingTokens - (openingLater?.later ?? 1)),
  };
}
