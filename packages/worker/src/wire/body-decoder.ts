import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import { inMebibytes, maxWaitingBytes } from '../stream/response-limits.ts';
import type { ResponseHead, ResponseObserver, WireFailure } from './wire-client.ts';

interface Piece {
  /** `undefined`: the end of the body. */
  readonly bytes: Buffer | undefined;
  readonly atMs: number;
}

/** Decoders by content-coding (RFC 9110, section 8.4.1); each is told the body's first byte. */
const decoders: Readonly<Record<string, (firstByte: number) => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  // Some servers send raw deflate data, which have no zlib header.
  deflate: (firstByte) => ((firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/**
 * Stands between a response and its observer where the body is encoded. Decoded bytes carry the stamp of the socket read that
 * brought them: pieces are decoded one after another, and what comes out belongs to the one that went in.
 */
export class BodyDecoder implements ResponseObserver {
  readonly #create: (firstByte: number) => Transform;
  readonly #observer: ResponseObserver;
  readonly #onBroken: () => void;
  #transform: Transform | undefined;
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  #working = false;
  #atMs = 0;
  #done = false;

  /** A decoder of a coding in lower case; `undefined` where it is not known. `onBroken`: the data are damaged. */
  static for(coding: string, observer: ResponseObserver, onBroken: () => void): BodyDecoder | undefined {
    const create = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    return create === undefined ? undefined : new BodyDecoder(create, observer, onBroken);
  }

  private constructor(
    create: (firstByte: number) => Transform,
    observer: ResponseObserver,
    onBroken: () => void,
  ) {
    this.#create = create;
    this.#observer = observer;
    this.#onBroken = onBroken;
  }

  /** The observer is not called any more. */
  cancel(): void {
    this.#done = true;
    this.#waiting = [];
    this.#transform?.destroy();
  }

  onHead(head: ResponseHead, atMs: number): void {
    this.#observer.onHead(head, atMs);
  }

  onBody(buffer: Buffer, start: number, end: number, atMs: number): void {
    this.#take({ bytes: Buffer.from(buffer.subarray(start, end)), atMs });
  }

  onEnd(atMs: number): void {
    this.#take({ bytes: undefined, atMs });
  }

  onFailure(failure: WireFailure, atMs: number): void {
    if (this.#done) return;
    this.cancel();
    this.#observer.onFailure(failure, atMs);
  }

  #take(piece: Piece): void {
    if (this.#done) return;
    this.#waiting.push(piece);
    this.#waitingBytes += costOf(piece);
    if (!this.#working) this.#next();
    else if (this.#waitingBytes > maxWaitingBytes) this.#break(tooFast);
  }

  #next(): void {
    const piece = this.#waiting.shift();
    this.#working = piece !== undefined;
    if (piece === undefined) return;
    this.#atMs = piece.atMs;
    this.#waitingBytes -= costOf(piece);
    if (piece.bytes !== undefined) {
      this.#transform ??= this.#open(piece.bytes[0]!);
      this.#transform.write(piece.bytes, () => this.#next());
    } else if (this.#transform === undefined) this.#end();
    else this.#transform.end();
  }

  #open(firstByte: number): Transform {
    const transform = this.#create(firstByte);
    transform.on('data', (bytes: Buffer) => {
      if (!this.#done) this.#observer.onBody(bytes, 0, bytes.length, this.#atMs);
    });
    transform.on('end', () => this.#end());
    transform.on('error', (error: Error) => this.#break(damaged(error)));
    return transform;
  }

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#observer.onEnd(this.#atMs);
  }

  #break(message: string): void {
    if (this.#done) return;
    this.cancel();
    this.#onBroken();
    this.#observer.onFailure({ kind: 'protocol', message }, this.#atMs);
  }
}

/** Memory of a piece, bytes: one of a single byte has a buffer too. */
function costOf({ bytes }: Piece): number {
  return 256 + (bytes?.length ?? 0);
}

const tooFast = `more than ${inMebibytes(maxWaitingBytes)} of the encoded body wait to be decoded`;

function damaged({ message }: Error): string {
  return `the encoded body is damaged: ${message.slice(0, 100)}`;
}
