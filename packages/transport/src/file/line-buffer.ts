/** Whole lines in UTF-8, to be written in one go. */
export interface LineBatch {
  readonly bytes: Uint8Array;
  readonly lines: number;
}

/** Bytes that a character of a string takes at most, and the line end. */
const mostBytesPerUnit = 3;
const lineEnd = 10;

/**
 * Lines that wait to be written. They are encoded as they come, outside of V8's heap: as strings they would outlive several
 * collections, each of which would copy them (at 20,000 lines a second that costs ten times what the encoding does).
 */
export class LineBuffer {
  readonly #batchBytes: number;
  readonly #full: LineBatch[] = [];
  #spare: Buffer | undefined;
  #current: Buffer | undefined;
  #used = 0;
  #lines = 0;
  #fullBytes = 0;

  /** A batch is about as large as `batchBytes`, or one line where that is larger. */
  constructor(batchBytes: number) {
    this.#batchBytes = batchBytes;
  }

  /** Of all lines that wait. */
  get bytes(): number {
    return this.#fullBytes + this.#used;
  }

  append(line: string): void {
    const buffer = this.#room(line);
    this.#used += buffer.write(line, this.#used);
    buffer[this.#used++] = lineEnd;
    this.#lines += 1;
  }

  /** The oldest lines; undefined where none wait. */
  take(): LineBatch | undefined {
    if (this.#full.length === 0) this.#close();
    const batch = this.#full.shift();
    if (batch !== undefined) this.#fullBytes -= batch.bytes.length;
    return batch;
  }

  /** Takes the memory of a batch back that is written. */
  reuse({ bytes }: LineBatch): void {
    if (bytes.buffer.byteLength === this.#batchBytes) this.#spare = Buffer.from(bytes.buffer);
  }

  /** Where the line fits in whatever its characters are. */
  #room(line: string): Buffer {
    const most = line.length * mostBytesPerUnit + 1;
    if (this.#current !== undefined && this.#used + most <= this.#current.length) return this.#current;
    this.#close();
    this.#current =
      most <= this.#batchBytes ? this.#emptyBuffer() : Buffer.allocUnsafeSlow(Buffer.byteLength(line) + 1);
    return this.#current;
  }

  #emptyBuffer(): Buffer {
    const spare = this.#spare ?? Buffer.allocUnsafeSlow(this.#batchBytes);
    this.#spare = undefined;
    return spare;
  }

  #close(): void {
    if (this.#current === undefined || this.#used === 0) return;
    this.#full.push({ bytes: this.#current.subarray(0, this.#used), lines: this.#lines });
    this.#fullBytes += this.#used;
    this.#current = undefined;
    this.#used = 0;
    this.#lines = 0;
  }
}
