const firstCapacity = 512;
/** What is kept for the next use: buffers up to this size, so many of them. */
const spareCapacity = 65_536;
const spareCount = 32;

const spare: GrowingBytes[] = [];

/** An empty one: a used one where there is one, as allocating costs more than all else that is done with it. */
export function takeBytes(): GrowingBytes {
  return spare.pop() ?? new GrowingBytes();
}

/** Gives back what `takeBytes` gave. Neither it nor its buffer may be touched afterwards. */
export function giveBytesBack(bytes: GrowingBytes): void {
  if (bytes.buffer.length > spareCapacity || spare.length >= spareCount) return;
  bytes.clear();
  spare.push(bytes);
}

/** Bytes put together from several reads. They are copied in: the buffers they came from may be used again. */
export class GrowingBytes {
  #bytes = Buffer.allocUnsafeSlow(firstCapacity);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes so far are those of this buffer from 0 to `length`. It is another one after an `append` that had to grow. */
  get buffer(): Buffer {
    return this.#bytes;
  }

  /** Adds `[start, end)` of a buffer. Capacity doubles, so that n bytes cost at most 3n of memory on the way. */
  append(buffer: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) this.#grow(length);
    buffer.copy(this.#bytes, this.#length, start, end);
    this.#length = length;
  }

  appendByte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(this.#length + 1);
    this.#bytes[this.#length++] = byte;
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(length: number): void {
    const bigger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
    this.#bytes.copy(bigger, 0, 0, this.#length);
    this.#bytes = bigger;
  }
}
