/** What a client has to take for a content event. */
export interface Content {
  /** 0 where it only names a tool, or brings encrypted reasoning. */
  readonly tokens: number;
  readonly isReasoning: boolean;
}

/**
 * A piece of a response that is written as a whole: text with holes for the digits of the answer's number, which always
 * has `digits` of them, so frames can be rendered once for all answers of a model.
 */
export interface Frame {
  /** The text around the holes: one more than there are holes. */
  readonly parts: readonly string[];
  /** In UTF-8, holes filled. */
  readonly bytes: number;
  /** Bytes of it, from the start, that complete what it says; behind them is only the HTTP framing. */
  readonly payloadBytes: number;
  /** The content event that it completes; `null` where it has none. */
  readonly content: Content | null;
}

const digits = 12;

/** Stands for the answer's digits in texts that become frames. */
export const idHole = '\u0001';

/** The id of an answer: the prefix and its digits. */
export function answerId(prefix: string, ordinal: number): string {
  return prefix + String(ordinal).padStart(digits, '0');
}

/** What fills the holes in the frames of the answer with this id. */
export function digitsOf(id: string): string {
  return id.slice(-digits);
}

/** A frame of this text; `trailer` is HTTP framing that stands behind it. */
export function frameOf(text: string, trailer = '', content: Content | null = null): Frame {
  const parts = (text + trailer).split(idHole);
  const payloadBytes = filledBytes(text);
  return { parts, bytes: payloadBytes + Buffer.byteLength(trailer), payloadBytes, content };
}

/** A frame of these frames in a row: its content is the last one's. */
export function joinFrames(before: readonly Frame[], last: Frame): Frame {
  const texts = [...before, last].map(({ parts }) => parts.join(idHole));
  const leadBytes = before.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    ...last,
    parts: texts.join('').split(idHole),
    bytes: leadBytes + last.bytes,
    payloadBytes: leadBytes + last.payloadBytes,
  };
}

/** Length in UTF-8 of a text whose holes are filled. */
export function filledBytes(text: string): number {
  const holes = text.split(idHole).length - 1;
  return Buffer.byteLength(text) + holes * (digits - Buffer.byteLength(idHole));
}

/** The frames' text, ready to be written, with these digits in the holes. */
export function renderFrames(frames: readonly Frame[], filling: string): string {
  let text = '';
  for (const { parts } of frames)
    text += parts.length === 2 ? `${parts[0]}${filling}${parts[1]}` : parts.join(filling);
  return text;
}
