import type { Shell } from './shells.ts';

/** What a shell says has been typed. */
export interface TypedWords {
  /** Words that are complete, without the command itself. */
  readonly before: readonly string[];
  /** The one under the cursor up to it; may be empty. */
  readonly current: string;
  /** How much of the start of `current` the shell takes for other words: what it gets must do without. */
  readonly hidden: number;
}

/** The words after `__complete SHELL --`, put right where a shell cuts them up in a way of its own. */
export function typedWords(shell: Shell, words: readonly string[]): TypedWords {
  const last = words.at(-1) ?? '';
  if (shell === 'powershell') return { before: words.slice(0, -1), current: last.slice(1), hidden: 0 };
  if (shell !== 'bash') return { before: words.slice(0, -1), current: last, hidden: 0 };
  const joined = joinedWords(words);
  const current = joined.at(-1) ?? '';
  // A sign of its own under the cursor is followed by an empty word.
  const own = /^[=:]+$/.test(last) ? '' : last;
  return { before: joined.slice(0, -1), current, hidden: current.length - own.length };
}

/** Bash makes `--export=json` and `redis://host` three words each, at `=` and `:`. */
function joinedWords(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  let isOpen = false;
  for (const word of words) {
    const isSign = /^[=:]+$/.test(word);
    if ((isSign || isOpen) && joined.length > 0) joined.push((joined.pop() ?? '') + word);
    else joined.push(word);
    isOpen = isSign;
  }
  return joined;
}
