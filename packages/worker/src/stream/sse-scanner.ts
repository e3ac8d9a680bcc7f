import { giveBytesBack, takeBytes } from './growing-bytes.ts';
import type { GrowingBytes } from './growing-bytes.ts';
import {
  bytes,
  carriageReturnOr,
  dataValueStart,
  lastLineFeed,
  nextLineFeed,
  startsWithByteOrderMark,
} from './line-scan.ts';
import { maxEventBytes } from './response-limits.ts';

/** Takes the payloads of a scanner's events: `[start, end)` of a buffer that is only valid during the call. */
export interface FrameReceiver {
  /**
   * Takes a payload at a glance: true only if it was taken, and then it held no line end. The caller knows of no line
   * feed in it, but did not look for carriage returns. False leaves nothing changed.
   */
  recognise(buffer: Buffer, start: number, end: number): boolean;
  /** Takes the payload of a complete event: its data lines, joined by line feeds. At least one byte. */
  frame(buffer: Buffer, start: number, end: number): void;
  /** Takes what was there of the last event when the stream ended without the blank line after it. */
  unfinishedFrame(buffer: Buffer, start: number, end: number): void;
  /** A line or an event was longer than `maxEventBytes`; nothing follows. */
  tooLong(): void;
}

/**
 * Cuts a stream of server-sent events (WHATWG HTML, 9.2.6) into payloads, whatever the reads cut it into. Lines end in
 * LF, CRLF or CR, mixed; a byte order mark at the start is skipped; of the fields only `data` counts, the others and
 * comments are passed over. A payload that lies whole in one read is handed over where it lies; of an event that does
 * not, the part that is there is copied. An event counts from the blank line that ends it.
 */
export class SseScanner {
  readonly #receiver: FrameReceiver;
  /** Start of a line whose end has not come. */
  #line: GrowingBytes | undefined;
  /** Data of the current event that was copied: several lines, or from an earlier read. */
  #copied: GrowingBytes | undefined;
  /** Data of the current event where it lies: in the buffer being read, or in a held line. */
  #lying: Buffer | undefined;
  #lyingStart = 0;
  #lyingEnd = 0;
  /** The held line that it lies in, where it is not the buffer being read. */
  #lyingIn: GrowingBytes | undefined;
  /** The last read ended in a CR, whose LF may follow. */
  #afterCr = false;
  #atStart = true;
  #stopped = false;

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /** Takes the next bytes of the stream, `[start, end)` of a buffer that may be used again afterwards. */
  write(buffer: Buffer, start: number, end: number): void {
    if (this.#stopped || start >= end) return;
    let position = this.#skipSplitLineFeed(buffer, start);
    const last = lastLineFeed(buffer, end);
    let lineFeed = -1;
    while (position < end) {
      if (lineFeed < position) lineFeed = position > last ? end : nextLineFeed(buffer, position);
      const next = this.#isBetweenEvents() ? this.#takeEvent(buffer, position, lineFeed, end) : -1;
      position = next < 0 ? this.#takeLine(buffer, position, lineFeed, end) : next;
      if (this.#stopped) return;
    }
    if (this.#lying !== undefined && this.#lyingIn === undefined) this.#copyLying(this.#lying);
  }

  /** The stream ended. A last event without its blank line is handed over as unfinished. */
  end(): void {
    if (this.#stopped) return;
    const line = this.#line;
    if (line !== undefined) this.#process(line.buffer, 0, line.length);
    this.#dispatch(false);
    this.#stop();
  }

  #skipSplitLineFeed(buffer: Buffer, start: number): number {
    const skips = this.#afterCr && buffer[start] === bytes.lf;
    this.#afterCr = false;
    return skips ? start + 1 : start;
  }

  #isBetweenEvents(): boolean {
    return (
      this.#line === undefined && this.#lying === undefined && this.#copied === undefined && !this.#atStart
    );
  }

  /** The short way: one data line, a blank one after it, both in this read. Returns the offset after them, or -1. */
  #takeEvent(buffer: Buffer, position: number, lineFeed: number, end: number): number {
    let after = lineFeed + 1;
    if (after >= end) return -1;
    if (buffer[after] === bytes.cr) after++;
    if (after >= end || buffer[after] !== bytes.lf) return -1;
    const lineEnd = buffer[lineFeed - 1] === bytes.cr && lineFeed > position ? lineFeed - 1 : lineFeed;
    const value = dataValueStart(buffer, position, lineEnd);
    return value >= 0 && this.#receiver.recognise(buffer, value, lineEnd) ? after + 1 : -1;
  }

  /** The long way: the line at `position`, whatever it is and whatever ends it. Returns the offset after it. */
  #takeLine(buffer: Buffer, position: number, lineFeed: number, end: number): number {
    const lineEnd = carriageReturnOr(buffer, position, lineFeed);
    if (lineEnd === end) return this.#holdLine(buffer, position, end);
    this.#finishLine(buffer, position, lineEnd);
    if (buffer[lineEnd] !== bytes.cr) return lineEnd + 1;
    this.#afterCr = lineEnd + 1 === end;
    return lineEnd + 1 < end && buffer[lineEnd + 1] === bytes.lf ? lineEnd + 2 : lineEnd + 1;
  }

  #holdLine(buffer: Buffer, start: number, end: number): number {
    this.#line ??= takeBytes();
    if (this.#line.length + end - start > maxEventBytes) this.#fail();
    else this.#line.append(buffer, start, end);
    return end;
  }

  #finishLine(buffer: Buffer, start: number, end: number): void {
    const line = this.#line;
    if (line === undefined) return this.#process(buffer, start, end);
    this.#holdLine(buffer, start, end);
    if (this.#stopped) return;
    this.#line = undefined;
    this.#process(line.buffer, 0, line.length);
    if (this.#lying === line.buffer) this.#lyingIn = line;
    else giveBytesBack(line);
  }

  #process(buffer: Buffer, lineStart: number, end: number): void {
    const start =
      this.#atStart && startsWithByteOrderMark(buffer, lineStart, end) ? lineStart + 3 : lineStart;
    this.#atStart = false;
    if (start === end) return this.#dispatch(true);
    const value = dataValueStart(buffer, start, end);
    if (end - lineStart > maxEventBytes) this.#fail();
    else if (value >= 0) this.#addData(buffer, value, end);
  }

  #addData(buffer: Buffer, start: number, end: number): void {
    if (this.#lying !== undefined) this.#copyLying(this.#lying);
    if (this.#copied === undefined) {
      this.#lying = buffer;
      this.#lyingStart = start;
      this.#lyingEnd = end;
    } else if (this.#copied.length + 1 + end - start > maxEventBytes) this.#fail();
    else {
      this.#copied.appendByte(bytes.lf);
      this.#copied.append(buffer, start, end);
    }
  }

  #copyLying(lying: Buffer): void {
    this.#copied = takeBytes();
    this.#copied.append(lying, this.#lyingStart, this.#lyingEnd);
    if (this.#lyingIn !== undefined) giveBytesBack(this.#lyingIn);
    this.#lying = undefined;
    this.#lyingIn = undefined;
  }

  /** Hands over the current event's data, if it has any, and forgets it. */
  #dispatch(isComplete: boolean): void {
    const owner = this.#lyingIn ?? this.#copied;
    const buffer = this.#lying ?? this.#copied?.buffer;
    const start = this.#lying === undefined ? 0 : this.#lyingStart;
    const end = this.#lying === undefined ? (this.#copied?.length ?? 0) : this.#lyingEnd;
    this.#forgetData();
    if (buffer !== undefined && start < end) {
      if (isComplete) this.#receiver.frame(buffer, start, end);
      else this.#receiver.unfinishedFrame(buffer, start, end);
    }
    if (owner !== undefined) giveBytesBack(owner);
  }

  #forgetData(): void {
    this.#lying = undefined;
    this.#lyingIn = undefined;
    this.#copied = undefined;
  }

  #fail(): void {
    if (this.#stopped) return;
    this.#stop();
    this.#receiver.tooLong();
  }

  #stop(): void {
    this.#stopped = true;
    this.#line = undefined;
    this.#forgetData();
  }
}
