import type { ModelBehaviour } from '../settings/behaviour.ts';
import { filledBytes, frameOf } from './frame.ts';
import type { Frame } from './frame.ts';

const lineEnds = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** Renders server-sent events the way a behaviour wants them, each in an HTTP chunk of its own where the body is chunked. */
export class EventWriter {
  readonly #lineEnd: string;
  readonly #field: string;
  readonly #isChunked: boolean;
  readonly #isMultiLine: boolean;

  constructor(behaviour: Pick<ModelBehaviour, 'lineEnd' | 'dataSpace' | 'framing' | 'multiLine'>) {
    this.#lineEnd = lineEnds[behaviour.lineEnd];
    this.#field = behaviour.dataSpace ? 'data: ' : 'data:';
    this.#isChunked = behaviour.framing === 'chunked';
    this.#isMultiLine = behaviour.multiLine;
  }

  /** An event with this data (one line). */
  event(data: string, tokens = 0, isReasoning = false): Frame {
    const lines = this.#isMultiLine ? severalLines(data) : [data];
    const text = lines.map((line) => this.#field + line + this.#lineEnd).join('');
    return this.#chunk(text + this.#lineEnd, tokens, isReasoning);
  }

  comment(text: string): Frame {
    return this.#chunk(`: ${text}${this.#lineEnd}${this.#lineEnd}`, 0, false);
  }

  /** What ends the body. */
  end(): Frame {
    return frameOf(this.#isChunked ? '0\r\n\r\n' : '');
  }

  #chunk(text: string, tokens: number, isReasoning: boolean): Frame {
    if (!this.#isChunked) return frameOf(text, '', tokens, isReasoning);
    return frameOf(`${filledBytes(text).toString(16)}\r\n${text}`, '\r\n', tokens, isReasoning);
  }
}

/** The same JSON with line feeds where JSON allows white space: after the opening brace, and before the closing one. */
function severalLines(data: string): readonly string[] {
  if (!data.startsWith('{') || !data.endsWith('}')) return [data];
  return ['{', data.slice(1, -1), '}'];
}
