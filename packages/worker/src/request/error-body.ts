import type { RequestFailure } from '@tokenstorm/core';
import { errorMessage } from '@tokenstorm/providers';
import type { TargetClient } from './target-client.ts';

/** As much of an error's body as its message is looked for in. */
const maxBytes = 64 * 1024;

/** The body of a response that is not a success: kept to say why. */
export class ErrorBody {
  readonly #client: TargetClient;
  readonly #statusCode: number;
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  constructor(client: TargetClient, statusCode: number) {
    this.#client = client;
    this.#statusCode = statusCode;
  }

  read(buffer: Buffer, start: number, end: number): void {
    const wanted = Math.min(end - start, maxBytes - this.#bytes);
    if (wanted <= 0) return;
    this.#parts.push(Buffer.from(buffer.subarray(start, start + wanted)));
    this.#bytes += wanted;
  }

  failure(): RequestFailure {
    const body = Buffer.concat(this.#parts).toString('utf8');
    const { provider, target } = this.#client;
    const said = errorMessage(body, target.apiKey);
    const message = said === '' ? `HTTP ${this.#statusCode}` : `HTTP ${this.#statusCode}: ${said}`;
    return { kind: provider.classifyError(this.#statusCode, body), message: message.slice(0, 300) };
  }
}
