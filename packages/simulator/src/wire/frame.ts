/**
 * A piece of a response that is written as a whole: text with holes for the answer's id, which always has `idLength`
 * characters, so frames can be rendered once for all answers of a model.
 */
export interface Frame {
  /** The text around the holes: one more than there are holes. */
  readonly parts: readonly string[];
  /** In UTF-8, holes filled. */
  readonly bytes: number;
  /** Bytes of it, from the start, that complete what it says; behind them is only the HTTP framing. */
  readonly payloadBytes: number;
  /** Of the content that it completes; 0 where it has none. */
  readonly tokens: number;
  readonly isReasoning: boolean;
}

const idLength = 'chatcmpl-000000000000'.length;

/** Stands for the id in texts that become frames. */
export const idHole = '\u0001';

/** The id of an answer, `chatcmpl-` or `cmpl-` padded to one length. */
export function answerId(prefix: 'chatcmpl-' | 'cmpl-', ordinal: number): string {
  return prefix + String(ordinal).padStart(idLength - prefix.length, '0');
}

/** A frame of this text; `trailer` is HTTP framing that stands behind it. */
export function frameOf(text: string, trailer = '', tokens = 0, isReasoning = false): Frame {
  const parts = (text + trailer).split(idHole);
  const payloadBytes = filledBytes(text);
  return { parts, bytes: payloadBytes + Buffer.byteLength(trailer), payloadBytes, tokens, isReasoning };
}

/** Length in UTF-8 of a text whose holes are filled. */
export function filledBytes(text: string): number {
  const holes = text.split(idHole).length - 1;
  return Buffer.byteLength(text) + holes * (idLength - Buffer.byteLength(idHole));
}

/** The frames' text, ready to be written. */
export function renderFrames(frames: readonly Frame[], id: string): string {
  let text = '';
  for (const { parts } of frames) text += parts.length === 2 ? `${parts[0]}${id}${parts[1]}` : parts.join(id);
  return text;
}
