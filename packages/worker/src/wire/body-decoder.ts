import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';
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
    if (!this.#working) this.#next();
  }

  #next(): void {
    const piece = this.#waiting.shift();
    this.#working = piece !== undefined;
    if (piece === undefined) return;
    this.#atMs = piece.atMs;
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
    transform.on('error', (error: Error) => this.#break(error));
    return transform;
  }

  #end(): void {
    if (this.#done) return;
    this.#done = true;
    this.#observer.onEnd(this.#atMs);
  }

  #break(error: Error): void {
    if (this.#done) return;
    this.cancel();
    this.#onBroken();
    const message = `the encoded body is damaged: ${error.message.slice(0, 100)}`;
    this.#observer.onFailure({ kind: 'protocol', message }, this.#atMs);
  }
}
