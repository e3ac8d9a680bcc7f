import { PromptSum } from '../metrics/prompt-tally.ts';
import type { SeriesGroup } from '../metrics/series-totals.ts';
import type { PromptFacts } from './report.ts';

/** The prompts of a group; `null` where nothing was sent, or a report of an older version does not say. */
export function promptFacts({ prompts }: Pick<SeriesGroup, 'prompts'>): PromptFacts | null {
  return prompts.sent === 0 ? null : { sent: prompts.sent, distinct: prompts.distinct };
}

type PromptGroup = Pick<SeriesGroup, 'labels' | 'prompts'>;

/** Most places that the note names. */
const mostNamed = 3;

/**
 * Says where prompts were sent more than once, each workload to each target by itself over all regions. The warm-up counts
 * too: a prompt cache keeps what it sent.
 */
export function promptNotes(groups: readonly PromptGroup[]): string[] {
  const repeated = [...sumsByTarget(groups)].filter(([, { sent, distinct }]) => distinct < sent);
  if (repeated.length === 0) return [];
  const warmedUp = new Set(groups.filter(isWarmUp).map(nameOf));
  const named = repeated
    .slice(0, mostNamed)
    .map(([name, prompts]) => `${name}: ${countsOf(prompts, warmedUp.has(name))}`);
  const others = repeated.length - named.length;
  const more = others === 0 ? '' : `; and ${others} more`;
  return [
    `Prompts were sent more than once (${named.join('; ')}${more}): a server that caches prompts answers faster here than with real traffic.`,
  ];
}

function sumsByTarget(groups: readonly PromptGroup[]): ReadonlyMap<string, PromptSum> {
  const sums = new Map<string, PromptSum>();
  for (const { labels, prompts } of groups) {
    const sum = sums.get(nameOf({ labels })) ?? new PromptSum();
    sum.addSum(prompts);
    sums.set(nameOf({ labels }), sum);
  }
  return sums;
}

function nameOf({ labels }: Pick<PromptGroup, 'labels'>): string {
  return `${labels.scenario} to ${labels.provider}/${labels.model}`;
}

function isWarmUp({ labels, prompts }: PromptGroup): boolean {
  return labels.phase === 'warmup' && prompts.sent > 0;
}

function countsOf({ sent, distinct }: PromptSum, withWarmUp: boolean): string {
  const requests = `${count(sent)} requests${withWarmUp ? ' with the warm-up' : ''}`;
  return `${requests}, ${distinct === 1 ? 'all with the same prompt' : `${count(distinct)} distinct prompts`}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
