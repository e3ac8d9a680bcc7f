import type { RequestFailure } from '@tokenstorm/core';
import { errorMessage } from '@tokenstorm/providers';
import { GrowingBytes } from '../stream/growing-bytes.ts';
import { maxErrorBodyBytes } from '../stream/response-limits.ts';
import type { TargetClient } from './target-client.ts';

/** As much of an error's body as its message is looked for in. */
const maxBytes = 64 * 1024;

/** The body of a response that is not a success: kept to say why. */
export class ErrorBody {
  readonly #client: TargetClient;
  readonly #statusCode: number;
  readonly #kept = new GrowingBytes();
  #readBytes = 0;

  constructor(client: TargetClient, statusCode: number) {
    this.#client = client;
    this.#statusCode = statusCode;
  }

  read(buffer: Buffer, start: number, end: number): void {
    this.#readBytes += end - start;
    const wanted = Math.min(end - start, maxBytes - this.#kept.length);
    if (wanted > 0) this.#kept.append(buffer, start, start + wanted);
  }

  /** It is not worth waiting for its end: the status has said what there is to say. */
  get isEndless(): boolean {
    return this.#readBytes > maxErrorBodyBytes;
  }

  failure(): RequestFailure {
    const body = this.#kept.buffer.toString('utf8', 0, this.#kept.length);
    const { provider, target } = this.#client;
    const said = errorMessage(body, target.apiKey);
    const message = said === '' ? `HTTP ${this.#statusCode}` : `HTTP ${this.#statusCode}: ${said}`;
    return { kind: provider.classifyError(this.#statusCode, body), message: message.slice(0, 300) };
  }
}
