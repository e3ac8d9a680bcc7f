import type { ModelBehaviour } from '../settings/behaviour.ts';
import { filledBytes, frameOf } from './frame.ts';
import type { Content, Frame } from './frame.ts';

const lineEnds = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** What an event is beside its data. */
export interface EventMarks {
  /** Its `event` line; none by default. */
  readonly name?: string;
  /** What is content in it; nothing by default. */
  readonly content?: Content;
}

/** Renders server-sent events the way a behaviour wants them, each in an HTTP chunk of its own where the body is chunked. */
export class EventWriter {
  readonly #lineEnd: string;
  readonly #space: string;
  readonly #isChunked: boolean;
  readonly #isMultiLine: boolean;

  constructor(behaviour: Pick<ModelBehaviour, 'lineEnd' | 'dataSpace' | 'framing' | 'multiLine'>) {
    this.#lineEnd = lineEnds[behaviour.lineEnd];
    this.#space = behaviour.dataSpace ? ' ' : '';
    this.#isChunked = behaviour.framing === 'chunked';
    this.#isMultiLine = behaviour.multiLine;
  }

  /** An event with this data (one line). */
  event(data: string, marks: EventMarks = {}): Frame {
    const { name, content = null } = marks;
    const lines = this.#isMultiLine ? severalLines(data) : [data];
    const first = name === undefined ? '' : this.#line('event', name);
    const text = lines.map((line) => this.#line('data', line)).join('');
    return this.#chunk(first + text + this.#lineEnd, content);
  }

  comment(text: string): Frame {
    return this.#chunk(`: ${text}${this.#lineEnd}${this.#lineEnd}`, null);
  }

  /** What ends the body. */
  end(): Frame {
    return frameOf(this.#isChunked ? '0\r\n\r\n' : '');
  }

  #line(field: string, value: string): string {
    return `${field}:${this.#space}${value}${this.#lineEnd}`;
  }

  #chunk(text: string, content: Content | null): Frame {
    if (!this.#isChunked) return frameOf(text, '', content);
    return frameOf(`${filledBytes(text).toString(16)}\r\n${text}`, '\r\n', content);
  }
}

/** The same JSON with line feeds where JSON allows white space: after the opening brace, and before the closing one. */
function severalLines(data: string): readonly string[] {
  if (!data.startsWith('{') || !data.endsWith('}')) return [data];
  return ['{', data.slice(1, -1), '}'];
}
