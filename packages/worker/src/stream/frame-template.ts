import type { DeltaType, StreamEvent } from '@tokenstorm/providers';
import { countCodePoints } from './code-points.ts';
import { equalBytes, viewOf } from './equal-bytes.ts';

const quote = 0x22;
const backslash = 0x5c;
/** After so many frames without a match (servers that pad or number each frame) only every so-manieth is learnt from. */
const patience = 8;
const nothing = Buffer.alloc(0);
const nothingViewed = new DataView(new ArrayBuffer(0));

/**
 * The bytes around the text of the last frame that was parsed in full, and what that frame meant. A frame with the same
 * bytes around another text means the same delta, and need not be parsed.
 *
 * Why this is sound. It is learnt only from valid JSON without a backslash whose one event is a delta, and only where
 * the text in quotes occurs once. By the decoder's contract that text is one string of the frame, verbatim, so that
 * place is this string, and the bytes before and after it are the rest of the JSON. A text of at least one byte without
 * quote, backslash and control character in that place is again one string there, so the whole is again valid JSON, the
 * same but for this string; and by the same contract the decoder makes the same delta of it.
 */
export class FrameTemplate {
  type: DeltaType = 'text-delta';
  /** Tokens of the delta, where the frame says. */
  tokens: number | undefined;
  #frame = nothing;
  #view = nothingViewed;
  /** Bytes of `#frame` before the text, its quote included; 0 when nothing is learnt. */
  #before = 0;
  /** Where the text ends in `#frame`, and its frame does. */
  #textEnd = 0;
  #end = 0;
  /** Frames parsed in full since one matched. */
  #misses = 0;

  /** Characters (code points) of the text in `[start, end)` where the frame is like the one learnt; 0 where it is not. */
  match(buffer: Buffer, start: number, end: number): number {
    const textStart = start + this.#before;
    const after = this.#end - this.#textEnd;
    const textEnd = end - after;
    if (this.#before === 0 || textEnd < textStart) return 0;
    const view = viewOf(buffer);
    if (!equalBytes(view, start, this.#view, 0, this.#before)) return 0;
    if (!equalBytes(view, textEnd, this.#view, this.#textEnd, after)) return 0;
    this.#misses = 0;
    return plainCharacters(buffer, textStart, textEnd);
  }

  /** Learns from a frame that was parsed in full, or forgets what it knew where nothing can be learnt from it. */
  learn(buffer: Buffer, start: number, end: number, payload: string, events: readonly StreamEvent[]): void {
    this.#before = 0;
    const event = events[0];
    this.#misses++;
    if (this.#misses > patience && this.#misses % patience !== 0) return;
    if (events.length !== 1 || event === undefined || !('text' in event)) return;
    const at = soleOccurrence(payload, event.text);
    if (at < 0) return;
    const before = byteLength(payload.slice(0, at), payload, end - start);
    const text = byteLength(event.text, payload, end - start);
    const after = byteLength(payload.slice(at + event.text.length), payload, end - start);
    // Unequal where the payload was no valid UTF-8: its replacement characters are longer than what they replace.
    if (before + text + after !== end - start) return;
    this.#remember(buffer, start, end);
    this.#before = before;
    this.#textEnd = before + text;
    this.type = event.type;
    this.tokens = event.tokens;
  }

  #remember(buffer: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > this.#frame.length) {
      this.#frame = Buffer.allocUnsafeSlow(length + 32);
      this.#view = new DataView(this.#frame.buffer, this.#frame.byteOffset, this.#frame.length);
    }
    buffer.copy(this.#frame, 0, start, end);
    this.#end = length;
  }
}

/** Index of the text where it stands in quotes exactly once in a payload without backslashes; else -1. */
function soleOccurrence(payload: string, text: string): number {
  if (text === '' || payload.includes('\\')) return -1;
  const quoted = `"${text}"`;
  const at = payload.indexOf(quoted);
  return at < 0 || payload.includes(quoted, at + 1) ? -1 : at + 1;
}

/** UTF-8 bytes of a part of a payload. As many as its characters where the whole has one byte for each. */
function byteLength(part: string, payload: string, payloadBytes: number): number {
  return payload.length === payloadBytes ? part.length : Buffer.byteLength(part);
}

/** Code points in `[start, end)`; 0 where a JSON string of just these bytes would not mean just these bytes. */
function plainCharacters(buffer: Buffer, start: number, end: number): number {
  let isAscii = true;
  for (let index = start; index < end; index++) {
    const byte = buffer[index]!;
    if (byte === quote || byte === backslash || byte < 0x20) return 0;
    if (byte >= 0x80) isAscii = false;
  }
  return isAscii ? end - start : countCodePoints(buffer.toString('utf8', start, end));
}
