import { describe, expect, it } from 'vitest';
import { ScenarioText } from './scenario-text.ts';

describe('ScenarioText', () => {
  it('is no tree of values where aliases of aliases make it ever larger', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const before = level === 0 ? 'lol' : `*l${level - 1}`;
      return `l${level}: &l${level} [${Array(9).fill(before).join(', ')}]`;
    });
    const text = new ScenarioText('s.yaml', levels.join('\n'));
    expect(text.value).toBeUndefined();
    expect(text.problems.map(({ message }) => message)).toEqual([
      'not a tree of values: Excessive alias count indicates a resource exhaustion attack',
    ]);
  });

  it('places keys and values, through aliases and merged maps', () => {
    const text = new ScenarioText('f.yaml', 'base: &b\n  x: 1\nuse: *b\nmix:\n  <<: *b\n  y: two words\n');
    expect(text.value).toEqual({ base: { x: 1 }, use: { x: 1 }, mix: { x: 1, y: 'two words' } });
    expect(text.placeOf(['mix', 'y'], 'value')).toEqual({
      file: 'f.yaml',
      line: 6,
      column: 6,
      excerpt: '  y: two words',
      markStart: 5,
      markLength: 9,
    });
    expect(text.placeOf(['mix', 'y'], 'key')).toMatchObject({ line: 6, column: 3, markLength: 1 });
    expect(text.placeOf(['use', 'x'], 'value')).toMatchObject({ line: 2, column: 6 });
    expect(text.placeOf(['mix', 'x'], 'value')).toMatchObject({ line: 2, column: 6 });
    expect(text.placeOf(['mix', 'z'], 'value')).toBeUndefined();
  });

  it('reads JSON with tabs and Windows line ends', () => {
    const text = new ScenarioText('f.json', '{\r\n\t"a": [\r\n\t\t1,\r\n\t\t"x"\r\n\t]\r\n}\r\n');
    expect(text.problems).toEqual([]);
    expect(text.value).toEqual({ a: [1, 'x'] });
    expect(text.placeOf(['a', 1], 'value')).toMatchObject({
      line: 4,
      column: 3,
      excerpt: '\t\t"x"',
      markLength: 3,
    });
  });

  it.each([
    ['a: 1\nb: [1, 2\n', 3, /^not valid YAML: /],
    ['a: 1\na: 2\n', 2, /^this key stands twice in the same map$/],
    ['', 1, /^the file is empty$/],
    ['# only a comment\n', 1, /^the file is empty$/],
    ['a: &x [*x]\n', 1, /^not a tree of values/],
    ['a: 1\n---\nb: 2\n', 2, /^the file holds more than one YAML document; a scenario is one$/],
  ])('reports %j', (source, line, message) => {
    const [problem] = new ScenarioText('f.yaml', source).problems;
    expect(problem?.place).toMatchObject({ file: 'f.yaml', line });
    expect(problem?.message).toMatch(message);
  });

  it('cuts a very long line around what it marks', () => {
    const text = new ScenarioText('f.yaml', `a: { long: ${'x'.repeat(300)}, bad: 7 }\n`);
    const place = text.placeOf(['a', 'bad'], 'value');
    expect(place?.column).toBe(319);
    expect(place?.excerpt.length).toBeLessThanOrEqual(120);
    expect(place?.excerpt.slice(place.markStart, place.markStart + place.markLength)).toBe('7');
  });
});
