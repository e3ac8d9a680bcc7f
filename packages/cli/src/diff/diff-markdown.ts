import type { Difference } from '@tokenstorm/core';
import { codeOf, proseOf } from '../reporters/markdown/escape.ts';
import { columnsOf, markdownTable } from '../reporters/markdown/markdown-table.ts';
import { changeText, figureText, intervalText, judgementWords } from '../view/difference-text.ts';
import type { ComparedRun, DiffResult } from './diff-result.ts';
import { groupText } from './match-groups.ts';
import { verdictWords } from './verdict-words.ts';

const marks = { better: '🟢', worse: '🔴', no_difference: '⚪', cannot_tell: '❔' } as const;

/** The comparison as Markdown, for a pull request or a step summary. */
export function diffMarkdown(result: DiffResult): string {
  const { base, new: next, confidence, differences, groups, limits, notes, verdict } = result;
  const interval = `>${Number((confidence * 100).toPrecision(6))}% interval`;
  const table = (some: readonly Difference[]) =>
    markdownTable(columnsOf('Figure', '>Base', '>New', '>Change', interval, 'Judgement'), some.map(row));
  const sections = [
    `## ${verdict === 'passed' ? '✅' : '❌'} Comparison: ${verdict}`,
    proseOf(verdictWords(result), 1000),
    [...sideLines('Base', base), ...sideLines('New', next)].join('\n'),
    ...(limits.length === 0 ? [] : ['### Limits', limitTable(result)]),
    '### Figures',
    table(differences),
    ...groups.flatMap((group) => [`#### ${codeOf(groupText(group.labels))}`, table(group.differences)]),
    ...(notes.length === 0 ? [] : ['### Notes', notes.map((note) => `- ${proseOf(note, 1000)}`).join('\n')]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function sideLines(label: string, runs: readonly ComparedRun[]): readonly string[] {
  return runs.map(
    ({ source, id, started_at: at, validity, requests }) =>
      `- ${label}: ${codeOf(source, 200)}, run ${codeOf(id)}, ${at.slice(0, 19)}Z, ${requests} requests, ${validity}`,
  );
}

function limitTable({ limits }: DiffResult): string {
  return markdownTable(
    columnsOf('', 'Figure', '>Limit', '>Change', 'Judgement'),
    limits.map(({ passed, metric, limit, group, difference }) => [
      passed ? '✅' : '❌',
      `${codeOf(metric)}${group === null ? '' : ` of ${codeOf(groupText(group))}`}`,
      proseOf(limit),
      `${proseOf(changeText(difference))} (${proseOf(intervalText(difference))})`,
      judgementCell(difference),
    ]),
  );
}

function row(difference: Difference): string[] {
  const { metric, unit, base, new: next } = difference;
  const withUnit = (value: number | null) =>
    `${figureText(value, unit)}${value === null || unit === 'ratio' || unit === 'usd' ? '' : ` ${unit}`}`;
  return [
    codeOf(metric),
    proseOf(withUnit(base)),
    proseOf(withUnit(next)),
    proseOf(changeText(difference)),
    proseOf(intervalText(difference)),
    judgementCell(difference),
  ];
}

function judgementCell({ judgement, reason }: Difference): string {
  return `${marks[judgement]} ${judgementWords[judgement]}${reason === null ? '' : `: ${proseOf(reason)}`}`;
}
