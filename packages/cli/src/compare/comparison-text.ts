import type { TextOptions } from '../reporters/text.ts';
import { durationText, numbered } from '../view/number-text.ts';
import { pageText, plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import { labelled, shortened } from '../view/wrap.ts';
import type { Comparison } from './comparison.ts';
import { validityLines, verdictLines } from './conclusion-lines.ts';
import { differencesSection } from './differences-section.ts';
import { paretoSection } from './pareto-section.ts';
import { targetsTable } from './targets-table.ts';

/** A comparison for people, ending in a newline. No line is wider than asked unless a name is. */
export function comparisonText(comparison: Comparison, { width, colours }: TextOptions): string {
  const page = { width, style: styleOf(colours) };
  return pageText([
    headerLines(comparison, page),
    ...targetsTable(comparison, page),
    paretoSection(comparison, page),
    differencesSection(comparison, page),
    errorLines(comparison, page),
    validityLines(comparison, page),
    noteLines(comparison, page),
    verdictLines(comparison, page),
  ]);
}

function headerLines(comparison: Comparison, { width, style }: Page): Section {
  const { version, name, mode, rounds, targets, reports } = comparison;
  const title = shortened(`Tokenstorm ${version} - Comparison: ${plainText(name)}`, width);
  const how =
    mode === 'side_by_side'
      ? 'all at the same time'
      : `one after another${rounds > 1 ? `, ${numbered(rounds, 'round')}` : ''}`;
  const durationMs = reports.reduce((sum, { run }) => sum + run.duration_s * 1000, 0);
  const runs = reports.map(({ run }) => run.id).join(', ');
  return [
    style.title(title),
    '='.repeat(title.length),
    '',
    `Targets: ${targets.length}, ${how} | Duration: ${durationText(durationMs)}`,
    ...labelled(reports.length === 1 ? 'Run: ' : 'Runs: ', runs, width),
  ];
}

/** Kinds of failures by target are in the reports; here stands that there were some. */
function errorLines({ reports }: Comparison, { width, style }: Page): Section {
  const kinds = new Map<string, { count: number; example: string }>();
  for (const { errors, error_examples: examples } of reports) {
    for (const [kind, count] of Object.entries(errors)) {
      const known = kinds.get(kind) ?? { count: 0, example: examples[kind] ?? '' };
      kinds.set(kind, { ...known, count: known.count + count });
    }
  }
  if (kinds.size === 0) return [];
  const lines = [...kinds].flatMap(([kind, { count, example }]) =>
    labelled(`  ${count} ${kind}: `, plainText(example), width),
  );
  return [style.title('Errors:'), ...lines];
}

/** What each report notes, once. */
function noteLines({ notes, reports }: Comparison, { width, style }: Page): Section {
  const all = [...new Set([...notes, ...reports.flatMap((report) => report.notes)])];
  if (all.length === 0) return [];
  const lines = all.flatMap((note) => labelled('  - ', plainText(note), width));
  return [style.title('Notes:'), ...lines.map((line) => style.faint(line))];
}
