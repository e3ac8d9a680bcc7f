import { plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { labelled } from '../view/wrap.ts';
import type { Comparison } from './comparison.ts';
import type { Objective } from './pareto.ts';

const words: Readonly<Record<Objective, string>> = {
  ttft_p50_ms: 'TTFT p50',
  output_tokens_per_second: 'tokens/s',
  error_ratio: 'error rate',
  usd_per_1k_good_requests: 'cost',
};

/** Which targets nobody beats, and in what. */
export function paretoSection({ pareto }: Comparison, { width, style }: Page): Section {
  const { objectives, front } = pareto;
  if (front.length === 0) return [];
  const weighed = listed(objectives.map((name) => words[name]));
  const left = (Object.keys(words) as Objective[]).filter((name) => !objectives.includes(name));
  const missing =
    left.length === 0
      ? ''
      : ` Not weighed, as it is not known of all: ${left.map((name) => words[name]).join(', ')}.`;
  const text = `${front.map(plainText).join(', ')}. No other target is at least as good in ${weighed}, and better in one of them.${missing}`;
  return labelled('Pareto front: ', text, width).map((line) =>
    line.replace(/^Pareto front:/, (label) => style.title(label)),
  );
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
