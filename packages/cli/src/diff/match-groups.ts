import { sumOfGroups } from '@tokenstorm/core';
import type { GroupLabels, Measured, Report, ReportGroup } from '@tokenstorm/core';

export type GroupLabel = keyof GroupLabels;

/** A group that both sides have, with what each run of a side measured of it. */
export interface MatchedGroup {
  readonly labels: Partial<GroupLabels>;
  readonly base: readonly Measured[];
  readonly next: readonly Measured[];
}

/** Groups by these labels, those of both sides matched; and the names of those that only one side has. */
export function matchGroups(
  by: readonly GroupLabel[],
  base: readonly Report[],
  next: readonly Report[],
): {
  readonly matched: readonly MatchedGroup[];
  readonly onlyBase: readonly string[];
  readonly onlyNew: readonly string[];
} {
  const before = groupsOf(by, base);
  const after = groupsOf(by, next);
  const shared = [...before.keys()].filter((key) => after.has(key));
  return {
    matched: shared.map((key) => ({
      labels: before.get(key)!.labels,
      base: before.get(key)!.runs,
      next: after.get(key)!.runs,
    })),
    onlyBase: [...before.keys()].filter((key) => !after.has(key)),
    onlyNew: [...after.keys()].filter((key) => !before.has(key)),
  };
}

/** The labels of a group in one text. */
export function groupText(labels: Partial<GroupLabels>): string {
  return Object.values(labels).join(' / ');
}

interface Gathered {
  readonly labels: Partial<GroupLabels>;
  readonly runs: readonly Measured[];
}

function groupsOf(by: readonly GroupLabel[], reports: readonly Report[]): ReadonlyMap<string, Gathered> {
  const gathered = new Map<string, Gathered>();
  for (const report of reports) {
    for (const [key, groups] of Map.groupBy(report.groups, (group) => groupText(chosen(by, group)))) {
      const runs = [...(gathered.get(key)?.runs ?? []), sumOfGroups(groups)];
      gathered.set(key, { labels: chosen(by, groups[0]!), runs });
    }
  }
  return gathered;
}

function chosen(by: readonly GroupLabel[], { labels }: ReportGroup): Partial<GroupLabels> {
  return Object.fromEntries(by.map((label) => [label, labels[label]]));
}
