import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, ErrorCode, Node, Pair, YAMLMap } from 'yaml';
import type { FilePlace, ScenarioPath, ScenarioProblem } from './problem.ts';
import { isKeyPlace, maskKeys } from './secrets.ts';

const excerptLength = 120;

/** Where the parser's own words would not help. */
const syntaxMessages: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'this key stands twice in the same map',
  MULTIPLE_DOCS: 'the file holds more than one YAML document; a scenario is one',
};

interface Located {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** A scenario file's text (YAML, so JSON too), its plain value, and where each part of it stands. */
export class ScenarioText {
  readonly #path: string;
  readonly #lines: readonly string[];
  readonly #lineCounter = new LineCounter();
  readonly #document: Document.Parsed;
  /** Undefined where the text is not YAML at all. */
  readonly value: unknown;
  readonly problems: readonly ScenarioProblem[];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#lines = text.split(/\r?\n/);
    this.#document = parseDocument(text, {
      lineCounter: this.#lineCounter,
      prettyErrors: false,
      logLevel: 'error',
      merge: true,
    });
    const problems = this.#syntaxProblems();
    this.value = problems.length === 0 ? this.#plainValue(problems) : undefined;
    this.problems = problems;
  }

  /** Where the value at `path` stands, or its key; `undefined` where the file does not have it. */
  placeOf(path: ScenarioPath, mark: 'key' | 'value'): FilePlace | undefined {
    const located = this.#locate(path);
    const keyRange = located?.key?.range ?? undefined;
    const valueRange = located?.value?.range ?? undefined;
    // A missing value (`key:`) is nowhere: its key is marked.
    const isKeyMarked = mark === 'key' || valueRange?.[0] === valueRange?.[1];
    const range = isKeyMarked ? (keyRange ?? valueRange) : (valueRange ?? keyRange);
    if (range === undefined) return undefined;
    return this.#place(range[0], range[1], isKeyPlace(path) && mark === 'value');
  }

  /** True for a scalar without quotes, which may stand for a number or a boolean. */
  isPlainAt(path: ScenarioPath): boolean {
    const value = this.#locate(path)?.value;
    return isScalar(value) && value.type === 'PLAIN';
  }

  #syntaxProblems(): ScenarioProblem[] {
    return [...this.#document.errors, ...this.#document.warnings].map((error) => ({
      path: [],
      place: this.#place(error.pos[0], error.pos[1], false),
      message: syntaxMessages[error.code] ?? `not valid YAML: ${maskKeys(error.message)}`,
    }));
  }

  #plainValue(problems: ScenarioProblem[]): unknown {
    try {
      const value: unknown = this.#document.toJS();
      JSON.stringify(value); // throws where an alias contains itself
      if (value === null)
        problems.push({ path: [], place: this.#place(0, 1, false), message: 'the file is empty' });
      return value;
    } catch (error) {
      const message = `not a tree of values: ${error instanceof Error ? error.message.split('\n')[0] : 'bad alias'}`;
      problems.push({ path: [], place: this.#place(0, 1, false), message });
      return undefined;
    }
  }

  #locate(path: ScenarioPath): Located | undefined {
    let located: Located | undefined = { key: undefined, value: this.#resolved(this.#document.contents) };
    for (const step of path) {
      const parent: Node | undefined = located.value;
      if (isMap(parent)) located = this.#inMap(parent, String(step));
      else if (isSeq(parent)) located = { key: undefined, value: this.#resolved(parent.items[Number(step)]) };
      else return undefined;
      if (located === undefined || (located.value ?? located.key) === undefined) return undefined;
    }
    return located;
  }

  #inMap(map: YAMLMap, key: string): Located | undefined {
    const pair = map.items.find((item) => keyText(item) === key);
    if (pair !== undefined) {
      return { key: isNode(pair.key) ? pair.key : undefined, value: this.#resolved(pair.value) };
    }
    const merged = this.#resolved(map.items.find((item) => keyText(item) === '<<')?.value);
    return isMap(merged) ? this.#inMap(merged, key) : undefined;
  }

  #resolved(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.#document);
    return isNode(node) ? node : undefined;
  }

  #place(start: number, end: number, isSecret: boolean): FilePlace {
    const { line, col } = this.#lineCounter.linePos(start);
    const whole = this.#lines[line - 1] ?? '';
    const from = Math.max(0, col - 1);
    const length = Math.max(1, Math.min(end - start, whole.length - from));
    const hidden = isSecret ? whole.slice(0, from) + '*'.repeat(length) + whole.slice(from + length) : whole;
    const cut = whole.length > excerptLength ? Math.max(0, from - excerptLength / 2) : 0;
    const excerpt = maskKeys(hidden).slice(cut, cut + excerptLength);
    const markStart = Math.min(from - cut, excerpt.length);
    const markLength = Math.max(1, Math.min(length, excerpt.length - markStart));
    return { file: this.#path, line, column: from + 1, excerpt, markStart, markLength };
  }
}

/** The merge key `<<` is a symbol. */
function keyText(pair: Pair): string {
  const value = isScalar(pair.key) ? pair.key.value : '';
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}
