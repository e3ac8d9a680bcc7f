import { distance } from 'fastest-levenshtein';

/** What other tools call our keys. */
const otherNames: Readonly<Record<string, string>> = {
  iterations: 'requests',
  num_prompts: 'requests',
  parallel: 'concurrency',
  maxvus: 'max_in_flight',
  preallocatedvus: 'max_in_flight',
  starttime: 'start_after',
  model: 'models',
  url: 'base_url',
  apikey: 'api_key',
};

/** The candidate that was probably meant by `word`: at most a third of its letters (at least one) differ; else `undefined`. */
export function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const plain = normalized(word);
  const known = otherNames[plain] ?? otherNames[plain.replaceAll('_', '')];
  if (known !== undefined && candidates.includes(known)) return known;
  const limit = Math.max(1, Math.floor(plain.length / 3));
  let best: { readonly candidate: string; readonly differences: number } | undefined;
  for (const candidate of candidates) {
    const differences = differencesOf(plain, normalized(candidate));
    if (differences <= limit && differences < (best?.differences ?? Infinity))
      best = { candidate, differences };
  }
  return best?.candidate;
}

/** `did you mean …?`, or the possible words where none is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = suggestion(word, candidates);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return candidates.length === 0 ? undefined : `known here: ${candidates.join(', ')}`;
}

/** Edits between two words; two letters that swapped their places count as one. */
function differencesOf(word: string, candidate: string): number {
  const edits = distance(word, candidate);
  return edits === 2 && sortedLetters(word) === sortedLetters(candidate) ? 1 : edits;
}

function sortedLetters(word: string): string {
  return word.split('').toSorted().join('');
}

function normalized(word: string): string {
  return word
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}
