import { loadDoubts } from '@tokenstorm/core';
import type { ReadRun } from '../run/read-side.ts';
import { numbered } from '../view/number-text.ts';
import type { DiffRules } from './compare-sides.ts';
import type { DiffResult } from './diff-result.ts';
import type { matchGroups } from './match-groups.ts';

/** What came of a comparison, as far as its notes follow from it. */
interface Compared {
  readonly counts: DiffResult['counts'];
  readonly rules: DiffRules;
  /** Absent without groups. */
  readonly matching?: ReturnType<typeof matchGroups>;
}

/** What whoever reads a comparison should know: sentences. */
export function diffNotes(
  base: readonly ReadRun[],
  next: readonly ReadRun[],
  { counts, rules, matching }: Compared,
): readonly string[] {
  const [before, after] = [base, next].map((runs) => runs.map(({ report }) => report.run)) as [
    ReadRun['report']['run'][],
    ReadRun['report']['run'][],
  ];
  return [
    ...sameRunNotes(base, next),
    ...loadDoubts(before, after),
    ...validityNotes([...base, ...next]),
    ...(matching === undefined ? [] : oneSidedNotes(matching)),
    ...runNotes(base, next),
    ...chanceNotes(counts, rules),
  ];
}

function sameRunNotes(base: readonly ReadRun[], next: readonly ReadRun[]): readonly string[] {
  const ids = new Set(base.map(({ report }) => report.run.id));
  const same = next.filter(({ report }) => ids.has(report.run.id)).map(({ report }) => report.run.id);
  return same.length === 0 ? [] : [`On both sides stands the same run: ${[...new Set(same)].join(', ')}.`];
}

function validityNotes(runs: readonly ReadRun[]): readonly string[] {
  return runs.flatMap(({ source, report: { validity } }) =>
    validity.level === 'valid'
      ? []
      : [`${source} is ${validity.level}: ${validity.reasons[0]?.detail ?? ''}`],
  );
}

function oneSidedNotes({ onlyBase, onlyNew }: ReturnType<typeof matchGroups>): readonly string[] {
  return [
    ...(onlyBase.length === 0 ? [] : [`Only in the base: ${onlyBase.join(', ')}.`]),
    ...(onlyNew.length === 0 ? [] : [`Only in the new runs: ${onlyNew.join(', ')}.`]),
  ];
}

function runNotes(base: readonly ReadRun[], next: readonly ReadRun[]): readonly string[] {
  if (base.length + next.length > 2) return [];
  return [
    'With one run a side the intervals know how requests differ, not how runs do: a server that is slower at other times of the day looks worse, too. Give several runs of a side (--base a.json --base b.json) to have that counted.',
  ];
}

/** Many figures are looked at, and each may be wrong by itself. */
function chanceNotes(
  counts: DiffResult['counts'],
  { confidence, limits, failOn }: DiffRules,
): readonly string[] {
  if (counts.worse === 0 || (limits.length > 0 && failOn !== 'worse')) return [];
  const count = Object.values(counts).reduce((sum, some) => sum + some, 0);
  const share = Number((((1 - confidence) / 2) * 100).toPrecision(3));
  return [
    `At this confidence ${share}% of unchanged figures are called worse by chance; ${numbered(count, 'figure')} ${count === 1 ? 'was' : 'were'} compared. A limit (--limit ttft.p95=10%) fails only where the change is large as well.`,
  ];
}
