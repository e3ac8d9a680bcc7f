import type { Difference } from '@tokenstorm/core';
import { limitLines } from '../reporters/text/regression-section.ts';
import {
  changeText,
  figureText,
  intervalText,
  judgementWords,
  paintedJudgement,
} from '../view/difference-text.ts';
import { numbered } from '../view/number-text.ts';
import { pageText, plainText } from '../view/page.ts';
import type { Page, Section } from '../view/page.ts';
import { styleOf } from '../view/style.ts';
import { padded } from '../view/table.ts';
import { labelled } from '../view/wrap.ts';
import type { ComparedRun, DiffResult, LimitOutcome } from './diff-result.ts';
import { figureBlocks, figureNames } from './figure-heads.ts';
import { intervalPicture, pictureReach } from './interval-picture.ts';
import { groupText } from './match-groups.ts';
import { verdictWords } from './verdict-words.ts';

/** Columns of a row before and after the picture, spaces between included. */
const besidePicture = 68;
const widestPicture = 31;

/** The comparison for people: a row for each figure, the limits, and the verdict on the last line. */
export function diffText(
  result: DiffResult,
  { width, colours }: { readonly width: number; readonly colours: boolean },
): string {
  const page = { width, style: styleOf(colours) };
  return pageText([
    headLines(result, page),
    ...differenceSections(result.differences, result.confidence, page),
    ...result.groups.flatMap(({ labels, differences }) => [
      [page.style.title(`Group ${plainText(groupText(labels))}`)],
      ...differenceSections(differences, result.confidence, page),
    ]),
    reasonLines(result, page),
    limitSection(result, page),
    noteLines(result, page),
    verdictLines(result, page),
  ]);
}

function headLines({ base, new: next }: DiffResult, { width, style }: Page): Section {
  const side = (label: string, runs: readonly ComparedRun[]) =>
    runs.flatMap((run, index) => labelled(index === 0 ? label : '      ', runText(run), width));
  return [style.title('Comparison'), '==========', ...side('Base: ', base), ...side('New:  ', next)];
}

function runText({ source, id, name, started_at: at, validity, requests }: ComparedRun): string {
  const time = at.slice(0, 19).replace('T', ' ');
  const doubt = validity === 'valid' ? '' : ` | ${validity}`;
  const from = source === id ? '' : `${plainText(source)}: `;
  return `${from}${plainText(name)}, ${plainText(id)} | ${time} | ${numbered(requests, 'request')}${doubt}`;
}

function differenceSections(
  differences: readonly Difference[],
  confidence: number,
  page: Page,
): readonly Section[] {
  if (differences.length === 0) return [['Nothing to compare: neither side has a value of these figures.']];
  const reach = pictureReach(differences);
  const most = Math.min(widestPicture, page.width - besidePicture);
  const picture = most % 2 === 1 ? most : most - 1;
  const head = rowText(
    ['', 'base', 'new', 'change', `${Number((confidence * 100).toPrecision(6))}% interval`, '', ''],
    picture,
  );
  return figureBlocks(differences).map(({ title, rows }, index) => [
    page.style.title(title),
    ...(index === 0 ? [page.style.faint(head)] : []),
    ...rows.map(({ label, difference }) => {
      const { unit, judgement } = difference;
      const cells = [
        label,
        figureText(difference.base, unit),
        figureText(difference.new, unit),
        changeText(difference),
        intervalText(difference),
        intervalPicture(difference, reach, picture),
        '',
      ];
      return `${rowText(cells, picture)}${paintedJudgement(judgement, judgementWords[judgement], page.style)}`;
    }),
  ]);
}

function rowText(cells: readonly string[], picture: number): string {
  const [label = '', base = '', next = '', change = '', interval = '', line = '', last = ''] = cells;
  return [
    `  ${padded(label, 10, 'left')}`,
    padded(base, 7, 'right'),
    padded(next, 7, 'right'),
    padded(change, 7, 'right'),
    padded(interval, 16, 'right'),
    padded(line, picture, 'left'),
    last,
  ].join(' ');
}

/** Why nothing can be said, by reason. */
function reasonLines({ differences, groups }: DiffResult, { width, style }: Page): Section {
  const unknown = [...differences, ...groups.flatMap((group) => group.differences)].filter(
    ({ judgement }) => judgement === 'cannot_tell',
  );
  if (unknown.length === 0) return [];
  const byReason = Map.groupBy(unknown, ({ reason }) => reason ?? '');
  return [
    style.title('Cannot tell:'),
    ...[...byReason].flatMap(([reason, some]) =>
      labelled('  - ', `${figureNames(some, differences.length)}: ${plainText(reason)}`, width),
    ),
  ];
}

function limitSection({ limits }: DiffResult, page: Page): Section {
  if (limits.length === 0) return [];
  return [
    page.style.title('Limits:'),
    ...[...Map.groupBy(limits, groupKey)].flatMap(([key, some]) => [
      ...(key === '' ? [] : [`  ${plainText(key)}:`]),
      ...limitLines(some, page),
    ]),
  ];
}

function groupKey({ group }: LimitOutcome): string {
  return group === null ? '' : groupText(group);
}

function noteLines({ notes }: DiffResult, { width, style }: Page): Section {
  if (notes.length === 0) return [];
  return [
    style.title('Notes:'),
    ...notes.flatMap((note) => labelled('  - ', plainText(note), width).map((line) => style.faint(line))),
  ];
}

function verdictLines(result: DiffResult, { width, style }: Page): Section {
  const tone = result.verdict === 'passed' ? 'good' : 'bad';
  const word = result.verdict.toUpperCase();
  return labelled('Verdict: ', `${word}. ${verdictWords(result)}`, width).map((line) =>
    line.replace(
      /^Verdict: ([A-Z]+)/,
      (_, verdict: string) => `${style.title('Verdict:')} ${style[tone](verdict)}`,
    ),
  );
}
