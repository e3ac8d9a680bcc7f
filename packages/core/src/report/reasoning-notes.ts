import type { SeriesFigures } from '../metrics/series-totals.ts';

/** Says where reasoning is not counted apart, and where it keeps figures per token from being known. */
export function reasoningNotes({ counters }: Pick<SeriesFigures, 'counters'>): string[] {
  const { tpot_undefined: without = 0, reasoning_tokens: counted = 0, reasoning_uncounted = 0 } = counters;
  const notes: string[] = [];
  if (reasoning_uncounted > 0) {
    notes.push(
      `${requests(reasoning_uncounted)} reasoning whose length the API does not state: its tokens are in the output tokens and not counted apart.`,
    );
  }
  if (without > 0 && counted + reasoning_uncounted > 0) {
    notes.push(
      `${requests(without)} no time per output token (TPOT, tokens/sec): where only a part of the reasoning is streamed, or its length is not stated, or all content comes at once, nobody can tell how many tokens came in that time.`,
    );
  }
  return notes;
}

function requests(count: number): string {
  return `${count.toLocaleString('en-US')} completed ${count === 1 ? 'request has' : 'requests have'}`;
}
