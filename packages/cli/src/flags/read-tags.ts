import type { FlagValues } from './flag-values.ts';

const form = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const runId = /^\d{8}-\d{6}-[a-z0-9]{6}$/;

/** Tags as they are kept, an `@` before them left out. Notes those that could be taken for something else. */
export function readTags(values: FlagValues, words: readonly string[]): readonly string[] {
  return words.map((word) => {
    const tag = word.replace(/^@/, '');
    if (!form.test(tag))
      values.problem(
        `tag ${JSON.stringify(word)}: expected at most 64 letters, digits, dots, - and _, the first a letter or digit`,
      );
    else if (tag === 'latest' || runId.test(tag)) values.problem(`tag ${tag}: it means a run already`);
    return tag;
  });
}
