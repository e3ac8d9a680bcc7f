import { describe, expect, it } from 'vitest';
import { cellsOf, cutToCells } from './cells.ts';
import { chartLines } from './chart.ts';
import { History } from './history.ts';
import { keyActions } from './keys.ts';
import { paintedLine, span } from './line.ts';
import { glyphsFor } from './look.ts';
import { sectionLines } from './section.ts';
import { sparkline } from './sparkline.ts';
import { detailOf, sliceOf, statusOf } from './view.fixture.ts';

const look = { colours: false, glyphs: glyphsFor({}) };

describe('columns of a text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['模型', 4],
    ['ｱ', 1],
    ['Ａ', 2],
    ['한글', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧‍👦', 2],
    ['❤️', 2],
    ['→●✓▂', 4],
    ['\u200B', 0],
  ])('of %j are %d', (text, cells) => expect(cellsOf(text)).toBe(cells));

  it('are never more than what there is room for', () => {
    expect(cutToCells('abcdef', 6, '…')).toBe('abcdef');
    expect(cutToCells('abcdefg', 6, '…')).toBe('abcde…');
    expect(cutToCells('模型模型', 6, '…')).toBe('模型…');
    expect(cutToCells('ab', 0, '…')).toBe('');
  });
});

describe('pictures', () => {
  it('stand between 0 and the largest value that is shown', () => {
    expect(sparkline([0, 4, 8], 3, look)).toBe('▁▅█');
    expect(sparkline([100, 1, undefined, 2], 3, look)).toBe('▅ █');
    expect(sparkline([5], 4, look)).toBe('█   ');
    expect(sparkline([0, 0], 2, look)).toBe('▁▁');
    expect(sparkline([], 2, look)).toBe('  ');
    expect(sparkline([1], 0, look)).toBe('');
  });

  it('have several rows where there is room', () => {
    const lines = chartLines([0, 5, 10, undefined, 20], { cells: 20, rows: 2, text: String }, look);
    expect(lines.map((line) => paintedLine(line, look))).toEqual(['       20 │    █', '        0 │ ▄█ █']);
  });

  it.each([
    [{}, '█'],
    [{ LANG: 'en_US.UTF-8' }, '█'],
    [{ LANG: 'C.utf8' }, '█'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, '#'],
    [{ LC_ALL: '', LANG: 'de_DE.ISO-8859-1' }, '#'],
    [{ TERM: 'linux' }, '#'],
  ])('with %j are made of %s', (environment, full) => expect(glyphsFor(environment).full).toBe(full));
});

describe('keys', () => {
  it.each([
    ['p', ['pause']],
    [' ', ['pause']],
    ['gG\t', ['next', 'next', 'next']],
    ['\u001B[C\u001BOD\u001B[Z', ['next', 'previous', 'previous']],
    ['\u0003q\u001A', ['stop', 'stop', 'suspend']],
    ['?ha', ['help', 'help', 'all']],
    ['x\u001B[A\u001B[1;5C\u001B', []],
  ])('%j ask for %j', (typed, actions) => expect(keyActions(typed)).toEqual(actions));
});

describe('sections', () => {
  const section = (title: string, lines: number, least: number, rank: number) => ({
    title,
    lines: Array.from({ length: lines }, (_, index) => [span(`${title}${index}`)]),
    least,
    rank,
  });
  const shown = (rows: number) =>
    sectionLines(
      [section('a', 3, 2, 1), section('b', 4, 2, 2), section('c', 0, 0, 3)],
      { rows, cells: 16 },
      look,
    ).map((line) => paintedLine(line, look).trimEnd());

  it('stand below each other where there is room', () => {
    expect(shown(9)).toEqual([
      '── a ───────────',
      'a0',
      'a1',
      'a2',
      '── b ───────────',
      'b0',
      'b1',
      'b2',
      'b3',
    ]);
  });

  it('are shortened by rank, then left out', () => {
    expect(shown(8)).toEqual([
      '── a ───────────',
      'a0',
      '  … and 2 more',
      '── b ───────────',
      'b0',
      'b1',
      'b2',
      'b3',
    ]);
    expect(shown(6)).toHaveLength(6);
    expect(shown(4)).toEqual(['── b ───────────', 'b0', 'b1', '  … and 2 more']);
    expect(shown(2)).toEqual([]);
  });
});

describe('the history', () => {
  it('has a value for each new status, as many as the widest picture', () => {
    const history = new History();
    for (let second = 0; second < 300; second++) {
      const slice = sliceOf('all', 'all requests', {
        startsPerSecond: second,
        ...(second === 299 && { recent: {} }),
      });
      for (let again = 0; again < 2; again++)
        history.add(statusOf(detailOf({ slices: [slice] }), { elapsedMs: second * 1000, inFlight: second }));
    }
    const { startsPerSecond, p95, p50 } = history.of({ kind: 'all', name: 'all requests' });
    expect(startsPerSecond).toHaveLength(240);
    expect([startsPerSecond[0], startsPerSecond.at(-1), history.inFlight.at(-1)]).toEqual([60, 299, 299]);
    expect([p50.ttft.at(-2), p95.ttft.at(-2), p95.ttft.at(-1)]).toEqual([90.7, 130.7, undefined]);
    expect(history.of({ kind: 'region', name: 'all requests' }).startsPerSecond).toEqual([]);
  });
});
